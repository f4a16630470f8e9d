import type { Sentences } from '../sentences.js';

export const oauth2Sentences = {
  'oauth2-name-reserved': ({ name }) => `Gatehouse decides the value of ${name} itself. Leave it out.`,
  'oauth2-needs-secret': ({ setting }) =>
    setting === 'pkce'
      ? 'Only a client with a secret can do without PKCE. Set clientAuthentication to another value than none.'
      : 'The proof is made with the client secret. Set clientAuthentication to another value than none.',
  'oauth2-two-addresses': () => 'The address comes from the profile (email) or from a list (emails). Set one of them.',
} as const satisfies Partial<Sentences>;
