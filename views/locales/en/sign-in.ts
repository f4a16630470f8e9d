export const signIn = {
  title: 'Sign in',
  /** The page asks one userstore. */
  titleAt: (userstore: string) => `Sign in with ${userstore}`,
  toContinue: (application: string) => `to continue to ${application}`,
  identifier: 'Username or e-mail',
  password: 'Password',
  remember: 'Keep me signed in on this device',
  submit: 'Sign in',
  next: 'Next',
  /** Back to the page that asks for the name. */
  anotherName: 'Use another name',
  /** To the form that asks all userstores. */
  anotherWay: 'Sign in another way',
  /** Above the links to other identity providers. */
  or: 'Or',
  continueWith: (name: string) => `Continue with ${name}`,
  forgot: 'Forgot password?',
  /** Shown if the realm has no contact. */
  forgotCure: 'Your administrator can give you a new one.',
  again: (person: string) => `You are signed in as ${person}. Sign in again to continue.`,
  other: (person: string, application: string) =>
    `You are signed in as ${person}, and ${application} asks for another account.`,
  errors: {
    'identifier-missing': 'Enter your username or e-mail.',
    'password-missing': 'Enter your password.',
    'wrong-credentials': 'The username or password is not correct. Check both and try again.',
    throttled: (wait: string) => `Too many attempts. Wait ${wait}, then try again.`,
    overloaded: 'Many people are signing in right now. Wait a few seconds, then try again.',
    'userstore-failed': 'Your password cannot be checked at the moment. Wait a minute, then try again.',
    'not-offered': 'The application does not accept this kind of account. Enter another username.',
    'not-asked': 'This page is for another kind of account. Enter another username, or choose “Sign in another way”.',
    disabled: 'This account is disabled. Contact your administrator.',
    'must-change': 'Your password must be changed. Do that where your company tells you, then sign in here.',
    'password-changed': 'Your new password is set. Sign in with it.',
    'other-account': 'The application asks for a different account. Sign in with the account you use there.',
    'redirect-denied': 'You were not signed in there. Try again, or sign in another way.',
    'redirect-failed': 'You cannot be signed in there at the moment. Try again later, or sign in another way.',
    'redirect-throttled': 'Too many sign-ins were begun. Wait a minute, then start again at the application.',
    'account-not-admitted': 'This account may not sign in here. Choose another account, or ask your administrator.',
    'not-allowed': 'This account does not meet the sign-in requirements of the application.',
  },
};
