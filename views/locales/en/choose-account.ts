export const chooseAccount = {
  title: 'Choose an account',
  continueAs: (person: string) => `Continue as ${person}`,
  other: 'Use another account',
};
