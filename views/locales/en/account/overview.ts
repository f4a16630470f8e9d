export const overview = {
  username: 'Username',
  email: 'E-mail',
  verified: (email: string) => `${email} (verified)`,
  unverified: (email: string) => `${email} (not verified; you cannot sign in by it)`,
};
