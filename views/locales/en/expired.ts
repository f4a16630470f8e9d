export const expired = {
  title: 'This page is no longer valid',
  body: 'The sign-in it belongs to is finished, has expired, or was begun in another browser.',
  noCookies:
    'Your browser sent no cookies. If it is set to keep none, allow them for this site: without them nobody can sign in.',
  startAgain: (application: string) => `Start again at ${application}`,
  account: 'Go to your account',
  cure: 'Go back to the application and sign in there again.',
};
