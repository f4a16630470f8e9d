import type { Texts } from '../../en.js';

export const overview: Texts['account']['overview'] = {
  username: 'Benutzername',
  email: 'E-Mail-Adresse',
  verified: (email) => `${email} (bestätigt)`,
  unverified: (email) => `${email} (nicht bestätigt; Sie können sich nicht damit anmelden)`,
};
