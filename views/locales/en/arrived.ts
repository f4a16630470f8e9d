export const arrived = {
  title: (application: string) => `Continue to ${application}?`,
  body: (provider: string, person: string) => `${provider} says that you are ${person}.`,
  otherwise: 'If that is somebody else, or if you did not want to sign in, close this page.',
};
