export const sessions = {
  explains: 'These are the browsers in which you are signed in.',
  device: (browser: string, system: string) => `${browser} on ${system}`,
  unknownDevice: 'Unknown browser',
  here: 'Current session: you are using this browser now.',
  since: 'Signed in',
  used: 'Last used',
  address: 'IP address at sign-in',
  end: 'End session',
  everywhere: 'Sign out everywhere',
  everywhereMeans:
    'This ends every session, including this one. Applications lose the access that they have while you are away.',
};
