export const overview = {
  about: 'About you',
  username: 'Username',
  email: 'E-mail',
  verified: (email: string) => `${email} (verified)`,
  unverified: (email: string) => `${email} (not verified, so you cannot sign in with it)`,
  roles: 'Your roles',
  noRoles: 'You have no roles.',
  /** Without a group or role in between. */
  direct: 'Assigned to you',
  through: {
    group: (name: string) => `Through the group ${name}`,
    segment: (name: string) => `Through the segment ${name}`,
    'customer-group': (name: string) => `Through the customer group ${name}`,
    role: (name: string) => `Included in the role ${name}`,
  },
  /** Appended to one of the above. */
  until: (when: string) => `, until ${when}`,
};
