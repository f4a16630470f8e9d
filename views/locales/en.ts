/** Every word that a page shows. Another language is another file of this shape. */
export const en = {
  language: 'en',
  direction: 'ltr' as 'ltr' | 'rtl',

  errorTitle: (title: string) => `Error: ${title}`,
  requestId: 'Request',

  signIn: {
    title: 'Sign in',
    toContinue: (application: string) => `to continue to ${application}`,
    identifier: 'Username or e-mail',
    password: 'Password',
    submit: 'Sign in',
    again: (person: string) => `You are signed in as ${person}. Sign in again to continue.`,
    other: (person: string, application: string) =>
      `You are signed in as ${person}, and ${application} asks for another account.`,
  },
  signInErrors: {
    'identifier-missing': 'Enter your username or e-mail.',
    'password-missing': 'Enter your password.',
    'wrong-credentials': 'The username or the password is not right. Check both and try again.',
    throttled: (wait: string) => `There were too many attempts. Wait ${wait}, then try again.`,
    overloaded: 'Many people are signing in right now. Wait a few seconds, then try again.',
    disabled: 'This account is disabled. Ask your administrator to enable it.',
    'other-account': 'That is not the account the application asks for. Sign in with the account you use there.',
    'not-allowed': 'This account cannot sign in to the application in the way it asks for.',
    'stale-form': 'This page had been open for too long or came from elsewhere. Please try again.',
    'form-unreadable': 'Your browser sent something that cannot be read. Please try again.',
  },
  wait: (seconds: number) =>
    seconds < 60
      ? plural(Math.max(1, Math.ceil(seconds)), 'second', 'seconds')
      : plural(Math.ceil(seconds / 60), 'minute', 'minutes'),

  consent: {
    title: (application: string) => `Allow ${application}?`,
    signedInAs: (person: string) => `Signed in as ${person}`,
    wantsTo: (application: string) => `${application} would like to:`,
    atResource: (resource: string) => `At ${resource}:`,
    allow: 'Allow',
    deny: 'Deny',
    denyMeans: 'If you deny, you return to the application and it learns nothing about you.',
  },
  scopes: {
    openid: 'know that you signed in, by an identifier of your account',
    profile: 'see your profile: name, picture and language',
    email: 'see your e-mail address',
    phone: 'see your phone number',
    address: 'see your postal address',
    roles: 'see your roles',
    groups: 'see the groups you belong to',
    offline_access: 'keep its access while you are not signed in',
  } as Readonly<Record<string, string>>,
  otherScope: (scope: string) => `use “${scope}”`,
  claim: (claim: string) => `see your ${claim.replaceAll('_', ' ')}`,

  confirmLogout: {
    title: 'Sign out?',
    asks: (application: string) => `${application} asks to sign you out.`,
    means: (realm: string) => `Your session with ${realm} ends, and with it the access of the applications you use.`,
    yes: 'Sign out',
    no: 'Stay signed in',
  },
  signedOut: {
    title: 'You are signed out',
    body: 'You can close this page. On a shared computer, close the browser too.',
  },
  stillSignedIn: {
    title: 'You are still signed in',
    body: (application: string) => `You were signed out of ${application} only.`,
  },
  expired: {
    title: 'This page is no longer valid',
    body: 'The sign-in it belongs to is finished, has expired, or was begun in another browser.',
    cure: 'Go back to the application and sign in there again.',
  },
  account: {
    navigation: 'Your account',
    signedInAs: (person: string) => `Signed in as ${person}`,
    signOut: 'Sign out',
    /** Titles of the pages, and their names in the navigation. */
    pages: {
      overview: 'Your account',
      password: 'Password',
    },
    done: {
      password: 'Your password was changed. Wherever else you were signed in, you no longer are.',
    },
    errors: {
      'password-unfit':
        'Choose another password: at least 8 characters, not your username, and not a row or a repetition of a few characters.',
      'password-not-repeated': 'The two passwords are not the same. Type the new one twice.',
      overloaded: 'Many people are signing in right now. Wait a few seconds, then try again.',
      moved: 'Something else changed your account at the same moment. Please try again.',
      'stale-form': 'This page had been open for too long or came from elsewhere. Please try again.',
      'form-unreadable': 'Your browser sent something that cannot be read. Please try again.',
    },
    password: {
      explains: 'Everywhere else you are signed out. Here you stay signed in.',
      next: 'New password',
      rule: 'At least 8 characters. A few words in a row are easy to remember and hard to guess.',
      again: 'New password once more',
      submit: 'Change the password',
    },
    overview: {
      username: 'Username',
      name: 'Name',
      email: 'E-mail',
      verified: (email: string) => `${email} (verified)`,
      unverified: (email: string) => `${email} (not verified; you cannot sign in by it)`,
    },
  },
  error: {
    title: 'This did not work',
    application: 'The application sent a request that cannot be answered. Go back to it and try again.',
    ours: 'Something went wrong on our side. Wait a moment, then go back to the application and try again.',
    notFound: 'There is nothing at this address. Check it, or go back to the application.',
    help: 'If it happens again, tell your administrator the following:',
    code: 'Error',
    description: 'Description',
  },
};

/** The shape of a language. */
export type Texts = typeof en;

const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
