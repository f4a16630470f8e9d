export const secondFactor = {
  none: 'Your account is protected by your password alone. With a second factor, whoever learns your password still needs a code from your device.',
  since: (when: string) => `You have a second factor since ${when}.`,
  left: (count: number) => (count === 1 ? 'One recovery code is left.' : `${count} recovery codes are left.`),
  renew: 'Make new recovery codes',
  renewMeans: 'The ones you have now no longer work then.',
  replace: 'Set it up anew, with another app or device',
  remove: 'Remove the second factor',
  changeMeans: 'Wherever else you are signed in, you no longer are then.',
};
