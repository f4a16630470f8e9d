import type { Instant } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';
import type { Locale } from '../../base/locale.js';
import { spec } from '../../storage/spec.js';
import type { AttributeClaim } from '../claims/attribute-claims.js';
import type { Contact } from './contact.js';
import type { PasswordHashSetting } from './password-hash-setting.js';
import type { TokenAlgorithm } from '../keys/token-algorithm.js';
import { settingsInput } from './settings-input.js';

/** How a realm behaves. One document, under the id {@link SETTINGS_ID}. */
export type Settings = {
  id: string;
  since: Instant;
  /** The name on its pages. */
  name: string;
  /** The language of its pages for whoever prefers none that we have. */
  locale: Locale;
  /** The colours of buttons and links, as `#rrggbb`, each readable on its pages. */
  colours: {
    accent: string;
    /** In the dark. `auto`: the same, as much lighter as it takes to be read. */
    accentDark: string;
  };
  /** Pictures as `data:` URLs. */
  logo: {
    /** `none`: our own. */
    light: string;
    /** In the dark. `auto`: the same. */
    dark: string;
  };
  /** The limits of a session that ends when the browser is closed. */
  session: SessionLimits;
  /** The limits of a session whose user chose to stay signed in. */
  rememberedSession: SessionLimits;
  secondFactor: {
    /** Whether users who have one use it at every sign-in, or only if a client, a role or the request demands it. */
    ask: 'whoever-has-one' | 'when-required';
    /** Closed: nobody enrols a first one any more, so that a stolen password of who has none can't. */
    enrolment: 'open' | 'closed';
  };
  /** The PKCE rule for clients with `or-nonce`: a code_challenge or a nonce, or a code_challenge in any case. */
  pkce: 'or-nonce' | 'required';
  /** The algorithm of a new client's ID tokens. */
  idTokenAlgorithm: TokenAlgorithm;
  /** Whether people who come to sign out are asked: when the request leaves it open, always, or never. */
  signOutQuestion: 'when-needed' | 'always' | 'never';
  /** A refresh token unused for so long is over. */
  refreshTokenIdleSeconds: number;
  /** The rotation of the keys that sign tokens, cookies and forms. */
  keys: {
    /** Each is followed by another one after so long. */
    rotateEveryDays: number;
    /** The one that follows is published for so long before it signs. */
    publishSeconds: number;
  };
  /** The contact for users who need help, on the pages where they need it. Absent: pages say that the administrator helps. */
  contact?: Contact;
  /** Absent: the defaults. */
  passwordHash?: PasswordHashSetting;
  /** Absent: applications are told of no attribute. */
  attributeClaims?: AttributeClaim[];
};

export type SessionLimits = {
  /** A session unused for so long is over. */
  idleSeconds: number;
  /** A session is over after so long, used or not. */
  absoluteSeconds: number;
};

export const SETTINGS_ID = 'settings';

export const settings = spec<Settings>()({
  name: 'settings',
  scope: 'realm',
  version: 8,
  migrations: Object.fromEntries([2, 3, 4, 5, 6, 7, 8].map((version) => [version, withDefaults])),
  indexed: {},
  // Not the logo: every change of any setting would keep two copies of it for ever.
  audited: [
    'name',
    'locale',
    'colours',
    'session',
    'rememberedSession',
    'secondFactor',
    'pkce',
    'idTokenAlgorithm',
    'signOutQuestion',
    'refreshTokenIdleSeconds',
    'keys',
    'contact',
    'passwordHash',
    'attributeClaims',
  ],
  unique: {},
  queries: {},
});

/** Fields that older settings lack have their defaults. */
function withDefaults(document: JsonObject): JsonObject {
  return { ...settingsInput.parse({}), ...document };
}
