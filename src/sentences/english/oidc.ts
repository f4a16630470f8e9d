import type { Sentences } from '../sentences.js';

export const oidcSentences = {
  'oidc-switch-needs-secret': ({ setting }) =>
    `${setting} cannot be off for a client without a secret: nothing else would say that an answer is for this sign-in.`,
  'oidc-proof-needs': ({ setting, authentication }) => `clientAuthentication ${authentication} needs ${setting}.`,
  'oidc-proof-unused': ({ setting, authentication }) =>
    `${setting} has no effect with clientAuthentication ${authentication}.`,
  'oidc-parameter-reserved': ({ name }) => `Gatehouse sets the parameter ${name} itself.`,
  'oidc-prompt-none': () => 'prompt=none would let nobody sign in who is not signed in there already.',
  'oidc-tenants-missing': () =>
    'Name the tenants whose people may sign in, by their ids. Otherwise everybody with a Microsoft account of any organisation could.',
  'oidc-tenant-form': () =>
    'Not the id of a tenant, such as 8eaef023-2b34-4da1-9baa-8bc8c9d6a490. Microsoft Entra shows it as "Directory (tenant) ID".',
  'oidc-one-tenant': () =>
    'The issuer is that of one tenant, so there must be exactly one. For several, use the preset microsoft-tenants.',
} as const satisfies Partial<Sentences>;
