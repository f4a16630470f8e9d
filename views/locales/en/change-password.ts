/** The user has to choose a new password before the sign-in continues. */
export const changePassword = {
  title: 'Choose a new password',
  toContinue: (application: string) => `to continue to ${application}`,
  why: 'Somebody else may know your current password, or your administrator asks you to change it. Choose a new one that only you know.',
};
