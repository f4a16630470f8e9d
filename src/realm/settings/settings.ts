import type { Instant } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';
import type { Locale } from '../../base/locale.js';
import { spec } from '../../storage/spec.js';
import type { AttributeClaim } from '../claims/attribute-claims.js';
import type { AuditSettings } from './audit-settings.js';
import type { Contact } from './contact.js';
import type { PasswordHashSetting } from './password-hash-setting.js';
import type { TokenAlgorithm } from '../keys/token-algorithm.js';
import { settingsInput } from './settings-input.js';

/** The settings of a realm. One document, under the id {@link SETTINGS_ID}. */
export type Settings = {
  id: string;
  since: Instant;
  /** The name on its pages. */
  name: string;
  /** The default language of its pages. */
  locale: Locale;
  /** The colours of buttons and links, as `#rrggbb`, each readable on its pages. */
  colours: {
    accent: string;
    /** For dark mode. `auto`: the same colour, lightened until it is readable. */
    accentDark: string;
  };
  /** Images as `data:` URLs. */
  logo: {
    /** `none`: Gatehouse's own. */
    light: string;
    /** For dark mode. `auto`: the same. */
    dark: string;
  };
  /** The limits of a session that ends when the browser closes. */
  session: SessionLimits;
  /** The limits of a session whose user chose to stay signed in. */
  rememberedSession: SessionLimits;
  secondFactor: {
    /** Whether users with a second factor use it at every sign-in, or only if a client, a role or the request requires it. */
    ask: 'whoever-has-one' | 'when-required';
    /** Closed: nobody can enrol a first one any more, not even somebody with the stolen password of a user without one. */
    enrolment: 'open' | 'closed';
  };
  /** The PKCE rule for clients with `or-nonce`: a code_challenge or a nonce, or always a code_challenge. */
  pkce: 'or-nonce' | 'required';
  /** The algorithm of a new client's ID tokens. */
  idTokenAlgorithm: TokenAlgorithm;
  /** Whether users confirm a sign-out: when the request leaves it open, always, or never. */
  signOutQuestion: 'when-needed' | 'always' | 'never';
  /** An unused refresh token expires after this time. */
  refreshTokenIdleSeconds: number;
  /** The rotation of the keys that sign tokens, cookies and forms. */
  keys: {
    /** The interval between rotations. */
    rotateEveryDays: number;
    /** How long the next key is published before it signs. */
    publishSeconds: number;
  };
  audit: AuditSettings;
  /** The contact for users who need help, shown on pages where it matters. Absent: pages refer to the administrator. */
  contact?: Contact;
  /** Absent: the defaults. */
  passwordHash?: PasswordHashSetting;
  /** Absent: applications receive no attributes. */
  attributeClaims?: AttributeClaim[];
};

export type SessionLimits = {
  /** An unused session ends after this time. */
  idleSeconds: number;
  /** A session ends after this time, used or not. */
  absoluteSeconds: number;
};

export const SETTINGS_ID = 'settings';

export const settings = spec<Settings>()({
  name: 'settings',
  scope: 'realm',
  version: 9,
  migrations: Object.fromEntries([2, 3, 4, 5, 6, 7, 8, 9].map((version) => [version, withDefaults])),
  indexed: {},
  // Without the logo: every change of a setting would permanently store two copies of it.
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
    'audit',
    'contact',
    'passwordHash',
    'attributeClaims',
  ],
  unique: {},
  queries: {},
});

/** Older settings get the defaults for missing fields. */
function withDefaults(document: JsonObject): JsonObject {
  return { ...settingsInput.parse({}), ...document };
}
