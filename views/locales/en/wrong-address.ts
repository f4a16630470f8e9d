export const wrongAddress = {
  title: 'This server has another address',
  body: 'Sign-in works only at this address:',
};
