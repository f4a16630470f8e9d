/** Login with Amazon, in North America; other regions have other hosts. */
export const amazon = {
  connection: {
    authorizationEndpoint: 'https://www.amazon.com/ap/oa',
    tokenEndpoint: 'https://api.amazon.com/auth/o2/token',
    clientAuthentication: 'client_secret_post',
    scopes: ['profile'],
  },
  subject: {
    profile: { url: 'https://api.amazon.com/user/profile' },
    id: ['user_id'],
    // Nothing says whether it was verified.
    email: { from: 'email', verified: 'never' },
  },
};
