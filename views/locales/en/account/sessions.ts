export const sessions = {
  explains: 'You are signed in here, and at these places:',
  device: (browser: string, system: string) => `${browser} on ${system}`,
  unknownDevice: 'A browser that we do not know',
  here: 'This is the browser that you are using now.',
  since: (when: string) => `Signed in on ${when}.`,
  used: (when: string) => `Last used on ${when}.`,
  end: 'Sign out there',
  everywhere: 'Sign out everywhere',
  everywhereMeans: 'Ends all of it, here too, and with it what applications still do for you while you are away.',
};
