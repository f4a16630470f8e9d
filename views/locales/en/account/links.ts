export const links = {
  none: 'You have not linked an account of another service.',
  explains:
    'You can sign in with these accounts of other services. If you remove a link, you can no longer sign in with that account, and you lose the access that it gave you.',
  linked: (when: string) => `Linked on ${when}`,
  suspended: (when: string) => `Has not signed you in since ${when}: you have no active account there.`,
  home: 'Your account is managed there, so this link stays.',
  another: 'Connect another account',
  leads: 'You sign in there once. After that, you can sign in here with that account, too.',
  connect: (name: string) => `Connect ${name}`,
  remove: (name: string) => `Remove the link to ${name}`,
};
