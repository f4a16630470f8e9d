import type { Sentences } from '../sentences.js';

export const oauth2Sentences = {
  'oauth2-name-reserved': ({ name }) => `Den Wert von ${name} bestimmt Gatehouse selbst. Lassen Sie ihn weg.`,
  'oauth2-needs-secret': ({ setting }) =>
    setting === 'pkce'
      ? 'Nur ein Client mit Secret kommt ohne PKCE aus. Setzen Sie clientAuthentication auf einen anderen Wert als none.'
      : 'Der Nachweis wird mit dem Client-Secret gebildet. Setzen Sie clientAuthentication auf einen anderen Wert als none.',
  'oauth2-two-addresses': () =>
    'Die Adresse kommt aus dem Profil (email) oder aus einer Liste (emails). Setzen Sie eines von beiden.',
} as const satisfies Partial<Sentences>;
