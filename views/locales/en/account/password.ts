export const password = {
  explains: 'A new password signs you out of all other sessions. You stay signed in here.',
  elsewhere: 'Your company keeps your password. Change it where your company tells you.',
  next: 'New password',
  rule: 'At least 8 characters. Several words in a row are easy to remember and hard to guess.',
  again: 'Repeat the new password',
  submit: 'Change password',
};
