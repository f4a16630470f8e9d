import type { Texts } from '../../en.js';

export const overview: Texts['account']['overview'] = {
  about: 'Über Sie',
  username: 'Benutzername',
  email: 'E-Mail-Adresse',
  verified: (email) => `${email} (bestätigt)`,
  unverified: (email) => `${email} (nicht bestätigt; Sie können sich damit nicht anmelden)`,
  roles: 'Ihre Rollen',
  noRoles: 'Sie haben keine Rollen.',
  direct: 'Ihnen zugewiesen',
  through: {
    group: (name) => `Durch die Gruppe ${name}`,
    segment: (name) => `Durch das Segment ${name}`,
    'customer-group': (name) => `Durch die Kundengruppe ${name}`,
    role: (name) => `In der Rolle ${name} enthalten`,
  },
  until: (when) => `, bis ${when}`,
};
