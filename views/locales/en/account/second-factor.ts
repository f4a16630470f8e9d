export const secondFactor = {
  none: 'Only a password protects your account. With a second factor, signing in also takes a code from your device.',
  since: (when: string) => `A second factor protects your account since ${when}.`,
  left: (count: number) =>
    count === 1 ? 'You have one recovery code left.' : `You have ${count} recovery codes left.`,
  renew: 'Create new recovery codes',
  renewMeans: 'Your current recovery codes stop working.',
  replace: 'Set up another app or device',
  remove: 'Remove the second factor',
  setUp: (name: string) => `Set up: ${name}`,
  removeMethod: (name: string) => `Remove: ${name}`,
  changeMeans: 'This signs you out of all other sessions.',
};
