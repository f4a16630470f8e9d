export const expired = {
  title: 'This page is no longer valid',
  body: 'This sign-in is finished, has expired, or was started in another browser.',
  noCookies:
    'Your browser sent no cookies. Signing in needs them: if your browser blocks cookies, allow them for this site.',
  startAgain: (application: string) => `Start again at ${application}`,
  account: 'Go to your account',
  cure: 'Go back to the application and sign in there again.',
};
