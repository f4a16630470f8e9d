export const signIn = {
  title: 'Sign in',
  toContinue: (application: string) => `to continue to ${application}`,
  identifier: 'Username or e-mail',
  password: 'Password',
  remember: 'Keep me signed in on this device',
  submit: 'Sign in',
  again: (person: string) => `You are signed in as ${person}. Sign in again to continue.`,
  other: (person: string, application: string) =>
    `You are signed in as ${person}, and ${application} asks for another account.`,
  errors: {
    'identifier-missing': 'Enter your username or e-mail.',
    'password-missing': 'Enter your password.',
    'wrong-credentials': 'The username or the password is not right. Check both and try again.',
    throttled: (wait: string) => `There were too many attempts. Wait ${wait}, then try again.`,
    overloaded: 'Many people are signing in right now. Wait a few seconds, then try again.',
    disabled: 'This account is disabled. Ask your administrator to enable it.',
    'other-account': 'That is not the account the application asks for. Sign in with the account you use there.',
    'not-allowed': 'This account cannot sign in to the application in the way it asks for.',
  },
};
