import { connectorInput } from '../../../src/federation/connectors/connector-input.js';
import type {
  ReadingEnd,
  PeoplePage,
  ReadUser,
  UpstreamReader,
} from '../../../src/federation/contract/upstream-reader.js';
import { addressHolders } from '../../../src/federation/provisioning/address-holders.js';
import { mirroringGroups } from '../../../src/federation/provisioning/mirror-groups.js';
import { applyingRuns } from '../../../src/federation/sync/apply/apply-run.js';
import { leaveAndReturn } from '../../../src/federation/sync/leaving/leave-and-return.js';
import { planningRuns } from '../../../src/federation/sync/plan/plan-run.js';
import type { SyncDiff } from '../../../src/federation/sync/sync-diff.js';
import type { AppliedRun, SyncRun } from '../../../src/federation/sync/sync-run.js';
import { syncStates } from '../../../src/federation/sync/sync-state.js';
import type { Held } from '../../../src/storage/leases/lease-holder.js';
import { underLease } from '../../../src/storage/leases/lease.js';
import type { Realm } from '../../../src/storage/store.js';
import type { StoreKind } from '../../support/host/temporary-place.js';
import { testKind } from '../connectors/test-kind.js';
import { by, emptyRealm, type EmptyRealm } from '../../realm-file/realm.js';

/** Somebody of the directory of these tests. */
export interface Entry {
  readonly uid: string;
  readonly cn?: string;
  readonly mail?: string;
  readonly phone?: string;
  readonly groups?: readonly string[];
  readonly base?: string;
  readonly standing?: ReadUser['standing'];
  readonly mark?: string;
  /** The id before, while links change from one to another. */
  readonly former?: string;
}

const BASE = 'ou=people';

/** A directory in memory, by the immutable ids of its entries. */
export class Directory implements UpstreamReader {
  entries = new Map<string, Entry>();
  bases: readonly string[] = [BASE];
  scope = 'everybody';
  /** Instead of the end of a complete reading. */
  end: ReadingEnd | undefined;
  /** Called after each page. */
  afterPage: () => Promise<void> = async () => undefined;
  pageSize = 3;
  /** Entries that a reading has besides. */
  more: readonly (readonly [string, Entry])[] = [];

  async all(take: (page: PeoplePage) => Promise<void>): Promise<ReadingEnd> {
    const all = [...this.entries, ...this.more];
    for (const base of this.bases) {
      const here = all.filter(([, entry]) => (entry.base ?? BASE) === base);
      for (let at = 0; at < Math.max(here.length, 1); at += this.pageSize) {
        const users = here.slice(at, at + this.pageSize).map(([id, entry]) => readOf(id, entry));
        await take({ base, users });
        await this.afterPage();
      }
    }
    return this.end ?? { kind: 'complete', mark: 'later', unreadable: 0 };
  }

  async changed(_since: string, take: (page: PeoplePage) => Promise<void>) {
    return this.all(take);
  }

  async subjects(take: (page: { base: string; subjects: readonly string[] }) => Promise<void>): Promise<ReadingEnd> {
    for (const base of this.bases) {
      const here = [...this.entries].filter(([, entry]) => (entry.base ?? BASE) === base);
      await take({ base, subjects: here.map(([id]) => id) });
    }
    return { kind: 'complete', unreadable: 0 };
  }
}

function readOf(
  subject: string,
  { uid, cn, mail, phone, groups = [], standing = 'active', mark = '1', former }: Entry,
): ReadUser {
  const claims = new Map([['uid', [uid]]]);
  if (cn !== undefined) claims.set('cn', [cn]);
  if (mail !== undefined) claims.set('mail', [mail]);
  if (phone !== undefined) claims.set('telephonenumber', [phone]);
  return {
    identity: {
      ...{ subject, claims, groups: groups.map((name) => ({ id: `id of ${name}`, name })) },
      ...(former !== undefined && { otherSubject: former }),
    },
    standing,
    changeMark: mark,
  };
}

export interface SyncRealm {
  readonly realm: EmptyRealm;
  readonly directory: Directory;
  plan(more?: Partial<SyncRun>): ReturnType<ReturnType<typeof planningRuns>>;
  apply(diff: SyncDiff, more?: Partial<SyncRun & { readonly held: Held }>): Promise<AppliedRun>;
  /** Plans, and applies what was planned. */
  run(more?: Partial<SyncRun>): Promise<{ readonly diff: SyncDiff; readonly applied: AppliedRun }>;
  /** The user of a subject. */
  user(subject: string): ReturnType<EmptyRealm['parts']['users']['get']>;
  close(): Promise<void>;
}

export const ID = 'corp';

const syncInput = (changes: object = {}) =>
  connectorInput.parse({
    id: ID,
    displayName: 'Example Corp',
    kind: 'test',
    connection: { server: 'ldaps://corp.example' },
    mapping: {
      profile: [
        { field: 'username', from: 'uid' },
        { field: 'name', from: 'cn' },
        { field: 'email', from: 'mail' },
        { field: 'phoneNumber', from: 'telephonenumber' },
      ],
      groups: [
        { exact: 'admins', to: { group: 'staff' } },
        ...['sales', 'support', 'it'].map((exact) => ({ exact, to: { mirror: true } })),
      ],
      emailTrust: 'always',
    },
    ...changes,
  });

/** A realm with a connector to a directory in memory. */
export async function syncRealm(store: StoreKind, changes: object = {}): Promise<SyncRealm> {
  const realm = await emptyRealm(store, { connectorKinds: [testKind().kind] });
  const { parts } = realm;
  const made = await parts.connectors.create(by, syncInput({ kind: testKind().kind.kind, ...changes }));
  if (!made.ok) throw new Error(JSON.stringify(made.refusal));
  const directory = new Directory();
  const { users, links, snapshots, planner, identifiers, connectors, groups } = parts;
  const report = (): void => undefined;
  const shared = { users, links, snapshots, planner, identifiers, leaving: leaveAndReturn(parts) };
  const planRun = planningRuns(shared);
  const applyRun = applyingRuns({
    ...{ ...shared, realm: parts.realm, connectors },
    holders: addressHolders(connectors, identifiers),
    mirror: mirroringGroups({ groups, refresh: () => parts.caches.readMarkers(), report }),
  });
  const runOf = async (more: Partial<SyncRun>): Promise<SyncRun> => {
    const connector = await connectors.get(ID);
    if (!connector) throw new Error('There is no connector.');
    const state = await parts.realm.of(syncStates).get(ID);
    return {
      ...{ by, connector, reader: directory, state, full: true, signal: new AbortController().signal },
      ...more,
    };
  };
  const plan: SyncRealm['plan'] = async (more = {}) => planRun(await runOf(more));
  const apply: SyncRealm['apply'] = async (diff, more = {}) => {
    const leased = await underLease(parts.store.installation, 'sync', 10_000, async (held) =>
      applyRun({ held, ...(await runOf(more)), ...more }, diff),
    );
    if (!leased.ok) throw new Error('Somebody else holds the lease.');
    return leased.value;
  };
  return {
    ...{ realm, directory, plan, apply },
    async run(more = {}) {
      const planned = await plan(more);
      if (planned.kind !== 'planned') throw new Error(JSON.stringify(planned));
      return { diff: planned.diff, applied: await apply(planned.diff, more) };
    },
    async user(subject) {
      const link = await links.find({ connector: ID, issuer: '', subject });
      return link && users.get(link.userId);
    },
    close: () => realm.close(),
  };
}

/** The collections of the documents that commits of a realm write while the work is done, in order. */
export async function writesDuring(realm: Realm, work: () => Promise<unknown>): Promise<readonly string[]> {
  const written: string[] = [];
  const before = realm.commit.bind(realm);
  Object.assign(realm, {
    commit: async (writes: Parameters<Realm['commit']>[0]) => {
      written.push(...writes.filter(({ kind }) => kind !== 'require').map(({ spec }) => spec.name));
      return before(writes);
    },
  });
  try {
    await work();
  } finally {
    Object.assign(realm, { commit: before });
  }
  return written;
}
