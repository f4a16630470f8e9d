import type { Sentences } from '../sentences.js';

export const oidcSentences = {
  'oidc-switch-needs-secret': ({ setting }) =>
    `${setting} kann für einen Client ohne Geheimnis nicht abgeschaltet werden: sonst sagt nichts, dass eine Antwort zu dieser Anmeldung gehört.`,
  'oidc-proof-needs': ({ setting, authentication }) => `clientAuthentication ${authentication} braucht ${setting}.`,
  'oidc-proof-unused': ({ setting, authentication }) =>
    `${setting} hat mit clientAuthentication ${authentication} keine Wirkung.`,
  'oidc-parameter-reserved': ({ name }) => `Den Parameter ${name} setzt Gatehouse selbst.`,
  'oidc-prompt-none': () => 'Mit prompt=none könnte sich niemand anmelden, der dort nicht schon angemeldet ist.',
  'oidc-tenants-missing': () =>
    'Nennen Sie die Mandanten, deren Benutzer sich anmelden dürfen, mit ihren IDs. Sonst könnte das jeder mit einem Microsoft-Konto irgendeiner Organisation.',
  'oidc-tenant-form': () =>
    'Keine ID eines Mandanten wie 8eaef023-2b34-4da1-9baa-8bc8c9d6a490. Microsoft Entra zeigt sie als „Verzeichnis-ID (Mandant)“.',
  'oidc-one-tenant': () =>
    'Der Aussteller ist der eines einzigen Mandanten, also muss es genau einen geben. Für mehrere gibt es die Voreinstellung microsoft-tenants.',
} as const satisfies Partial<Sentences>;
