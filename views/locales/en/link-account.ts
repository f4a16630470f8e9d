export const linkAccount = {
  title: 'Do you already have an account here?',
  /** At the other identity provider or directory. */
  signedInAt: (connector: string, name: string) => `You signed in at ${connector} as ${name}.`,
  explains: (connector: string, name: string) =>
    `If you have an account here, sign in with it. The account ${name} of ${connector} is then linked to it, and signs in to it from now on.`,
  beware: 'Do this only if the account above is yours.',
  submit: 'Sign in and link',
  mayCreate: 'If you have none, or want a separate one, create a new account.',
  create: 'Create a new account',
  errors: {
    'cannot-be-linked': (connector: string) =>
      `This account cannot be linked. It is disabled, not allowed here, or already linked to another account of ${connector}.`,
  },
};
