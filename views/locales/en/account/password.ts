export const password = {
  explains: 'A new password signs you out of all other sessions. You stay signed in here.',
  elsewhere: 'Your company keeps your password. Change it where your company tells you.',
  keptBy: (name: string) => `Your password is kept by ${name}. Change it there.`,
  changesAt: (name: string) =>
    `This changes your password at ${name}, for everything that you use it for. It signs you out of all other sessions. You stay signed in here.`,
  next: 'New password',
  rule: 'At least 8 characters. Several words in a row are easy to remember and hard to guess.',
  again: 'Repeat the new password',
  submit: 'Change password',
};
