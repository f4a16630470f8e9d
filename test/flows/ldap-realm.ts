import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import type { RunWishes } from '../../src/federation/sync/runs/synchronize.js';
import { users } from '../../src/identity/users/user.js';
import type { StoreKind } from '../support/host/temporary-place.js';
import type { InProcessHost, InProcessOptions } from '../support/host/use-in-process-host.js';
import { entry, GROUPS, PEOPLE, SERVICE, type Slapd } from '../support/slapd.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET } from './flow-host.js';

export const by = { kind: 'host', id: 'tests', requestId: 'test' } as const;

/** What an administrator of a company with OpenLDAP writes, and what a test wants to differ. */
export const corpInput = (slapd: Pick<Slapd, 'secureUrl' | 'ca'>, changes: object = {}) =>
  connectorInput.parse({
    id: 'corp',
    displayName: 'Example Corp',
    kind: 'ldap',
    preset: 'openldap',
    connection: { servers: [slapd.secureUrl], ca: slapd.ca, bindDn: SERVICE.dn, timeout: 2000 },
    subject: { base: PEOPLE, names: ['uid', 'mail'], groups: { base: GROUPS } },
    secret: SERVICE.password,
    mapping: {
      profile: [
        { field: 'username', from: 'uid' },
        { field: 'name', from: 'cn' },
        { field: 'familyName', from: 'sn' },
        { field: 'email', from: 'mail' },
      ],
      groups: [{ exact: 'sales', to: { role: 'seller' } }],
      emailTrust: 'always',
    },
    ...changes,
  });

/** Changes the connector as an administrator does. */
export async function changeConnector(host: InProcessHost, patch: object, id = 'corp'): Promise<void> {
  const { connectors } = host.parts;
  const before = await connectors.get(id);
  const saved = await connectors.update(by, id, patch, before?.version ?? 0);
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
}

/** As if the directory had confirmed the user so long ago. */
export async function confirmedAgo(
  { parts }: InProcessHost,
  id: string,
  ago: number,
  connector = 'corp',
): Promise<void> {
  const stored = await parts.users.get(id);
  if (!stored) throw new Error('There is no such user.');
  const { version, ...user } = stored;
  const confirmations = [{ connector, at: Date.now() - ago }];
  const saved = await parts.realm.of(users).replace({ ...user, confirmations }, version);
  if (!saved.ok) throw new Error('Somebody else changed the user.');
}

/** The flow tests' realm, for `useInProcessHost()`, to which a test adds connectors. Background work stands still. */
export const ldapRealm = (store: StoreKind): InProcessOptions => ({
  store,
  realmFile: 'test/flows/realm.yaml',
  env: { CONFIDENTIAL_SECRET, MACHINE_SECRET },
  background: false,
});

/** An entry as one that is added, in LDIF. */
export const adding = (ldif: string): string => ldif.replace('\n', '\nchangetype: add\n');

/** A group of these people, to be added through LDAP. */
export const groupOf = (name: string, uids: readonly string[]): string =>
  adding(
    entry(
      `dn: cn=${name},${GROUPS}`,
      ...['objectClass: groupOfNames', `cn: ${name}`],
      ...uids.map((uid) => `member: uid=${uid},${PEOPLE}`),
    ),
  );

/** The group `sales` of these people, to be added through LDAP. */
export const salesOf = (uids: readonly string[]): string => groupOf('sales', uids);

/** One run of the synchronization, of everybody unless the wishes say otherwise. Gives the report, or why there was no run. */
export async function synchronize({ parts }: InProcessHost, wishes: Partial<RunWishes> = {}) {
  const corp = await parts.connectors.get('corp');
  if (!corp) throw new Error('There is no connector.');
  const signal = new AbortController().signal;
  const result = await parts.synchronization.run(by, corp, { full: true, signal, ...wishes });
  return result.kind === 'ended' ? result.report : result;
}

/** Everybody whose userstore is the directory. */
export const peopleOf = async ({ parts }: InProcessHost) =>
  (await parts.users.listByUserstore('corp', { limit: 1000 })).rows;

/** Moves an entry with another name or below another place, in LDIF. */
export const moving = (uid: string, to: string, from = PEOPLE, below = from): string =>
  `dn: uid=${uid},${from}\nchangetype: modrdn\nnewrdn: uid=${to}\ndeleteoldrdn: 1\nnewsuperior: ${below}\n`;

/** Gives attributes of a person these values instead of theirs, in LDIF. */
export const replacing = (uid: string, values: Readonly<Record<string, string>>): string =>
  [
    `dn: uid=${uid},${PEOPLE}\nchangetype: modify`,
    ...Object.entries(values).map(([name, value]) => `replace: ${name}\n${name}: ${value}\n-`),
    '',
  ].join('\n');
