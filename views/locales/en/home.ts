export const home = {
  title: (realm: string) => `Sign-in service of ${realm}`,
  body: 'Applications send you here to sign in. To sign in to an application, open that application.',
  account: 'Go to your account',
};
