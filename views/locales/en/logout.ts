export const logout = {
  confirm: {
    title: 'Sign out?',
    asks: (application: string) => `${application} asks to sign you out.`,
    means: (realm: string) => `This ends your session at ${realm}, and with it the access of your applications.`,
    yes: 'Sign out',
    no: 'Stay signed in',
  },
  signedOut: {
    title: 'You are signed out',
    body: 'You can close this page. On a shared computer, close the browser too.',
  },
  upstream: {
    body: (name: string) => `You may still be signed in at ${name}.`,
    signOut: (name: string) => `Sign out at ${name} too`,
  },
  notSignedIn: {
    title: 'You are not signed in',
    body: 'You cancelled the sign-in. You can close this page.',
  },
  stillSignedIn: {
    title: 'You are still signed in',
    body: (application: string) => `You were signed out of ${application} only.`,
  },
};
