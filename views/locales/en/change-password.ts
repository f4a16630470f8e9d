/** A person has to choose a password of their own before they may go on. */
export const changePassword = {
  title: 'Choose a new password',
  toContinue: (application: string) => `to continue to ${application}`,
  why: 'Somebody else may know your current password, or your administrator asks you to change it. Choose a new one that only you know.',
};
