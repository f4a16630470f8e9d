/** The pages about a second factor: its code, setting one up, and the recovery codes. */
export const secondFactor = {
  toContinue: (person: string, application: string) => `${person}, to continue to ${application}`,
  submit: 'Continue',
  otherWays: 'Or use:',
  throttled: (wait: string) => `Too many attempts. Wait ${wait}, then try again.`,
  totp: {
    name: 'Authenticator app',
    title: 'Enter your code',
    code: 'Code',
    explains: 'Six digits from your authenticator app. If you no longer have it, enter one of your recovery codes.',
    errors: {
      'code-missing': 'Enter the code.',
      'wrong-code': 'That code is not correct. Enter the code that the app shows now.',
      'used-code': 'That code was already used. Wait until the app shows the next one.',
    },
  },
  recoveryCode: {
    name: 'Recovery code',
    title: 'Enter a recovery code',
    code: 'Recovery code',
    explains: 'One of the codes that you saved when you set up your second factor.',
    errors: {
      'code-missing': 'Enter the code.',
      'wrong-code': 'That is not one of your unused recovery codes.',
      'used-code': 'That code was already used. Enter another one.',
    },
  },
  enrol: {
    title: 'Set up a second factor',
    why: (application: string) =>
      `${application} requires a second factor: a code from an authenticator app. You set it up once.`,
    scan: 'Scan this QR code with an authenticator app:',
    picture: 'QR code for your authenticator app',
    type: 'Or type this key into the app:',
    confirm: 'Code from the app',
    submit: 'Set up',
  },
  recovery: {
    title: 'Save your recovery codes',
    explains:
      'Each code signs you in once if you do not have your authenticator app. Save them now: they are not shown again.',
    list: 'Recovery codes',
    copy: 'Copy all codes',
    copied: 'Copied.',
    download: 'Download as a text file',
    fileName: 'recovery-codes.txt',
    fileTitle: (realm: string) => `Recovery codes for ${realm}. Each works once.`,
    go: 'I have saved them, continue',
  },
};
