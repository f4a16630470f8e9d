/** A person has to choose a password of their own before they may go on. */
export const changePassword = {
  title: 'Choose a new password',
  toContinue: (application: string) => `to continue to ${application}`,
  why: 'Somebody else knows the one you have, or your administrator asks you to change it. Choose another one, which only you know.',
};
