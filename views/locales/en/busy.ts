export const busy = {
  title: 'Many people are signing in right now',
  body: 'There is no room for you at this moment. Wait a few seconds, then try again: nothing is lost.',
  again: 'Try again',
};
