export const busy = {
  title: 'Many people are signing in right now',
  body: 'The server is busy. Wait a few seconds, then try again. Nothing is lost.',
  again: 'Try again',
};
