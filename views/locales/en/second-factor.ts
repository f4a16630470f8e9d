/** The pages about a second factor: its code, setting one up, and the recovery codes. */
export const secondFactor = {
  title: 'Enter your code',
  toContinue: (person: string, application: string) => `${person}, to continue to ${application}`,
  code: 'Code',
  explains: 'Six digits from your authenticator app. If you no longer have it, enter one of your recovery codes.',
  submit: 'Continue',
  errors: {
    'code-missing': 'Enter the code.',
    'wrong-code': 'That code is not right. Enter the one that the app shows now.',
    'used-code': 'That code was used already. Wait until the app shows the next one.',
    throttled: (wait: string) => `There were too many attempts. Wait ${wait}, then try again.`,
  },
  enrol: {
    title: 'Set up a second factor',
    why: (application: string) =>
      `To continue to ${application}, your account needs a code besides the password. You set this up once.`,
    scan: 'Scan this picture with an authenticator app:',
    picture: 'QR code for your authenticator app',
    type: 'Or type this key into the app:',
    confirm: 'Code that the app shows then',
    submit: 'Set up',
  },
  recovery: {
    title: 'Keep your recovery codes',
    explains:
      'Each of these codes signs you in once, when you do not have your authenticator app. Write them down or print them now: they are not shown again.',
    list: 'Recovery codes',
    go: 'I have kept them, continue',
  },
};
