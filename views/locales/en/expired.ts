export const expired = {
  title: 'This page is no longer valid',
  body: 'The sign-in it belongs to is finished, has expired, or was begun in another browser.',
  cure: 'Go back to the application and sign in there again.',
};
