export const arriving = {
  title: 'Going back to the application',
  titleAt: (provider: string) => `Going to ${provider}`,
  body: 'If nothing happens within a few seconds, use this link.',
  goOn: 'Continue',
  goOnTo: (name: string) => `Continue to ${name}`,
};
