export const arriving = {
  title: 'Going back to the application',
  body: 'If nothing happens within a few seconds, use this link.',
  goOn: 'Continue',
  goOnTo: (application: string) => `Continue to ${application}`,
};
