import type {
  ConnectorOutcome,
  KnownIdentity,
  PasswordChangeOutcome,
  TypedPasswordChange,
} from '../../identity/userstores/password-connector.js';
import type { ConnectorParts, LookupOutcome, PasswordKind, UpstreamConnector } from '../contract/connector-kind.js';
import type {
  ClaimChange,
  PasswordReset,
  PasswordResetOutcome,
  ProfileWriteOutcome,
} from '../contract/upstream-writer.js';
import { HealthRecord } from '../health/health-record.js';
import { changePassword } from './change-password.js';
import { answered } from './connection/ldap-failure.js';
import { type DirectoryInput, type DirectoryParts, directoryParts } from './directory-parts.js';
import { failureFault, NOT_OF_THE_DIRECTORY, reportFault } from './faults.js';
import { isAttributeName, type LdapSettings, ldapSettings } from './ldap-settings.js';
import { lookUp } from './look-up.js';
import { LockoutReader } from './own-lockout.js';
import { storedText } from './names/attribute-values.js';
import { ldapPresets } from './presets.js';
import { type DirectoryFinding, type FoundFault, signIn } from './sign-in.js';
import { ldapReader } from './sync/ldap-reader.js';
import { testDirectory } from './test-directory.js';
import { resetPassword } from './writes/reset-password.js';
import { setPassword } from './writes/set-password.js';
import { ldapWrites } from './writes/writable-attributes.js';
import { writeProfile } from './writes/write-profile.js';

/** Users of an LDAP directory. */
export const ldapKind: PasswordKind<LdapSettings> = {
  kind: 'ldap',
  signsInBy: 'password',
  settings: ldapSettings,
  presets: ldapPresets,
  writes: ldapWrites,
  subjectText: ({ subject }, typed) => storedText(subject.id, typed),
  idOf: ({ connection, subject }) =>
    connection.bindDn !== undefined || connection.anonymous === true ? subject.id.toLowerCase() : undefined,
  create: ldapConnector,
};

function ldapConnector(connector: ConnectorParts<LdapSettings>): UpstreamConnector {
  const { formerId, secret } = connector;
  const settings = withClaims(connector);
  const { subject } = settings;
  /** As the settings say. */
  const wanted: DirectoryInput = {
    settings,
    ...(secret !== undefined && { secret }),
    ...(formerId !== undefined && { otherId: formerId }),
  };
  // Until all links are moved, people are known by the id that links have.
  const inEffect =
    formerId === undefined
      ? wanted
      : { ...wanted, settings: { ...settings, subject: { ...subject, id: formerId } }, otherId: subject.id };
  const parts = directoryParts(inEffect, connector.report);
  const record = new HealthRecord(NOT_OF_THE_DIRECTORY);
  const lockouts = new LockoutReader(parts);
  return {
    ...{ signsInBy: 'password', id: connector.id },
    ...(connector.domains && { domains: connector.domains }),
    async authenticate(typed, known) {
      return judged<ConnectorOutcome>(parts, record, () => signIn(parts, typed, known));
    },
    ...(parts.settings.subject.passwordChange === 'must-change' && {
      changePassword: (typed: TypedPasswordChange, known: KnownIdentity) =>
        judged<PasswordChangeOutcome>(parts, record, () => changePassword(parts, typed, known)),
    }),
    ...(parts.service?.kind === 'bind' && {
      writeProfile: (subject: string, changes: readonly ClaimChange[]) =>
        judged<ProfileWriteOutcome>(parts, record, () => writeProfile(parts, subject, changes)),
    }),
    ...(ldapWrites(parts.settings).password === 'own-and-reset' && {
      setPassword: (subject: string, reset: PasswordReset) =>
        judged<PasswordResetOutcome>(parts, record, () => setPassword(parts, subject, reset, resetPassword)),
    }),
    async lookup(subject) {
      return judged<LookupOutcome>(parts, record, () => lookUp(parts, subject));
    },
    ...(parts.service && {
      reader: ldapReader({ ...parts, settings, ...(formerId !== undefined && { otherId: formerId }) }),
    }),
    ownLockout: () => lockouts.lockout(),
    test: (name) => testDirectory(wanted, name),
    health: () => record.health(parts.directory.certificateUntil),
    async close() {
      parts.directory.close();
    },
  };
}

/** Also reads the attributes that the mapping names. A claim that cannot be an attribute is never there. */
function withClaims({ settings, claims = [] }: ConnectorParts<LdapSettings>): LdapSettings {
  const { subject } = settings;
  const named = claims.filter((claim) => isAttributeName(claim));
  return { ...settings, subject: { ...subject, attributes: [...subject.attributes, ...named] } };
}

/** Runs in its turn, remembers how the directory did, and reports the cause of a fault. */
async function judged<Outcome extends { readonly kind: string }>(
  parts: DirectoryParts,
  record: HealthRecord,
  run: () => Promise<DirectoryFinding<Outcome>>,
) {
  const answer = await parts.directory.inTurn(async () => answered(await run()));
  const found = answer.ok ? answer.value : { kind: 'fault' as const, fault: failureFault(answer.failure) };
  if (!isFault(found)) {
    record.add(undefined);
    return found;
  }
  record.add(found.fault);
  reportFault(parts.report, found.fault);
  const { kind, reason } = found.fault;
  return { kind, reason };
}

const isFault = <Outcome extends { readonly kind: string }>(found: DirectoryFinding<Outcome>): found is FoundFault =>
  found.kind === 'fault';
