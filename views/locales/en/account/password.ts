export const password = {
  explains: 'Everywhere else you are signed out. Here you stay signed in.',
  next: 'New password',
  rule: 'At least 8 characters. A few words in a row are easy to remember and hard to guess.',
  again: 'New password once more',
  submit: 'Change the password',
};
