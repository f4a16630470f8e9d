import type { Instant } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';
import type { AfterWrongPassword } from '../../identity/userstores/password-connector.js';
import { spec } from '../../storage/spec.js';
import type { PasswordWriting } from '../contract/upstream-writer.js';
import type { Mapping } from '../mapping/mapping-input.js';
import type { SignInRules } from './rules-input.js';
import type { SyncSettings } from './sync-input.js';

/** A directory or identity provider whose users sign in here. */
export type Connector = {
  /** The name that it was created with. Users, links, assignments and clients refer to it, so it never changes. */
  id: string;
  createdAt: Instant;
  /** When this version of the fields that affect access began. */
  since: Instant;
  displayName: string;
  /** The protocol. It never changes: the subjects of another protocol are other people. */
  kind: string;
  /** The settings of its kind that stand where `connection` and `subject` say nothing. */
  preset?: string;
  /** A picture for its link on the sign-in page, as a `data:` URL. Not in audit records, which would hold two copies with each change. */
  logo?: string;
  /** A disabled connector signs nobody in, and the access that came from it is suspended. */
  enabled: boolean;
  /** The place in the chain of userstores; those with the same number follow each other by id. */
  order: number;
  /** Whether the chain goes on to the next userstore with a password that this one refused. */
  afterWrongPassword: AfterWrongPassword;
  domains: MailDomain[];
  /** How the upstream is reached; its kind says what this contains. */
  connection: JsonObject;
  /** How a user is found there; its kind says what this contains. */
  subject: JsonObject;
  /** The secret of the connection, such as the password of a service account. */
  secret?: string;
  /** When the secret was set. Audit records show this in its place. */
  secretSetAt?: Instant;
  /** The date on which the secret ends, for warnings before. */
  secretExpiresAt?: string;
  /** Its own key pairs, as `own-keys.ts` writes them; for kinds that have some. */
  ownKeys?: string;
  /** When they changed. Audit records show this in their place. */
  ownKeysSetAt?: Instant;
  mapping: Mapping;
  provisioning: Provisioning;
  linking: Linking;
  /** Who of the upstream may sign in. Absent: whoever it confirms. */
  rules?: SignInRules;
  /** What may be changed there from here. Absent: nothing. */
  writeBack?: WriteBackSettings;
  /** How long mapped access lasts after its last confirmation, in seconds. */
  accessLasts: number;
  /** After how many seconds a refresh asks the upstream again whether the user still exists. */
  recheckAfter: number;
  /**
   * After how many wrong passwords, each within so many minutes after the one before, the upstream locks an account. Absent: as the upstream
   * says.
   */
  lockout?: { failures: number; minutes: number };
  /** When all its users are read, and how much such a run may take away. Absent: on demand only, with the usual limits. */
  sync?: SyncSettings;
  /**
   * What becomes of people whom a synchronization found gone, after so many days. Absent: they are kept, blocked.
   */
  leavers?: { after: number; then: (typeof LEAVERS)[number] };
  /** The start of its last complete run over all users. */
  lastFullRunAt?: Instant;
  /** The id of the upstream by which its links know people, until a complete run moves them. Absent: that of the settings. */
  formerId?: string;
};

/**
 * An e-mail domain, in ASCII form, whose addresses lead to this connector. `enforce`: its users may sign in no other way, but for the
 * usernames in `except`: the way in for when the directory is away.
 */
export type MailDomain = { name: string; enforce: boolean; except: string[] };

/** The domains whose users may sign in by this connector alone, while it is enabled. */
export const enforcedOf = ({ enabled, domains }: Pick<Connector, 'enabled' | 'domains'>): readonly MailDomain[] =>
  enabled ? domains.filter(({ enforce }) => enforce) : [];

export type Provisioning = {
  /** Whether an unknown user gets an account: never, at the first sign-in, or only if an administrator made a link or account before. */
  mode: (typeof PROVISIONING)[number];
  /** Whether a later sign-in updates the fields that the mapping names, or which of them. */
  update: (typeof UPDATES)[number] | string[];
  /** The fields, as mappings name them, without which there is no new account. A person is asked for those that have no value. */
  require: string[];
};
export const PROVISIONING = ['refuse', 'create', 'known'] as const;
export const UPDATES = ['always', 'never'] as const;

/** `fields`: of the profile, as the mapping names them. `password`: by its owner, or also by an administrator. */
export type WriteBackSettings = { fields: string[]; password: PasswordWriting };

/** How a user of the upstream is joined to an existing account. `ask`: by proof that it is theirs. */
export type Linking = (typeof LINKING)[number];
export const LEAVERS = ['keep', 'remove'] as const;

export const LINKING = ['never', 'ask', 'trust-verified-email'] as const;

/** What history keeps of a connector. */
export type ConnectorAccess = Pick<Connector, 'enabled' | 'accessLasts'>;
export const connectorAccess = ({ enabled, accessLasts }: Connector): ConnectorAccess => ({ enabled, accessLasts });

export const connectors = spec<Connector>()({
  name: 'connectors',
  scope: 'realm',
  version: 1,
  indexed: { order: 'number' },
  sealed: ['secret', 'ownKeys'],
  audited: [
    'displayName',
    'kind',
    'preset',
    'enabled',
    'order',
    'afterWrongPassword',
    'domains',
    'connection',
    'subject',
    'secretSetAt',
    'secretExpiresAt',
    'ownKeysSetAt',
    'mapping',
    'provisioning',
    'linking',
    'rules',
    'writeBack',
    'accessLasts',
    'recheckAfter',
    'lockout',
    'sync',
    'leavers',
  ],
  unique: {},
  queries: { all: { order: 'order' } },
});

/** The connector of an e-mail domain, which is the id. One document for each, so that two connectors cannot have one domain. */
export type ConnectorDomain = { id: string; connector: string };

export const connectorDomains = spec<ConnectorDomain>()({
  name: 'connectorDomains',
  scope: 'realm',
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});
