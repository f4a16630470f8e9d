import { now } from '../../../../src/base/clock.js';
import type { ConnectorView } from '../../../../src/federation/connectors/connector-service.js';
import type { ConnectorEvent } from '../../../../src/federation/contract/connector-kind.js';
import type { UpstreamReader } from '../../../../src/federation/contract/upstream-reader.js';
import { syncReports } from '../../../../src/federation/sync/runs/sync-reports.js';
import { type RunWishes, synchronizing } from '../../../../src/federation/sync/runs/synchronize.js';
import type { DiffCounts, PersonDiff, SyncDiff } from '../../../../src/federation/sync/sync-diff.js';
import type { AppliedRun, ApplySync, PlanRun, SyncRun } from '../../../../src/federation/sync/sync-run.js';
import { connectorOf } from '../../connectors/test-kind.js';
import { by, type EmptyRealm } from '../../../realm-file/realm.js';

export const NO_CHANGES: DiffCounts = {
  ...{ new: 0, joined: 0, changed: 0, collided: 0, gone: 0, returned: 0, disabled: 0, enabled: 0 },
};

export const personDiff = (username: string, changes: Partial<PersonDiff> = {}): PersonDiff => ({
  ...{ subject: `id-${username}`, username, base: 'ou=people', kind: 'changed', fields: [], gained: [], lost: [] },
  ...{ digest: `digest-${username}`, ...changes },
});

/** A diff of everybody of 100 people, of whom these change. */
export const diffOf = (people: readonly PersonDiff[] = [], changes: Partial<SyncDiff> = {}): SyncDiff => ({
  ...{ isFull: true, startedAt: now(), read: 100, unreadable: 0, counts: NO_CHANGES, people, scopes: [], emptied: [] },
  ...{ isOtherScope: false, renamedGroups: [], digests: new Set(people.map(({ digest }) => digest)), hasNotes: false },
  hash: `hash-of-${people.map(({ username }) => username).join('-')}`,
  ...changes,
});

/** A diff in which this many of 1,000 people are gone. */
export const goneDiff = (gone: number, changes: Partial<SyncDiff> = {}): SyncDiff =>
  diffOf(
    Array.from({ length: gone }, (_, i) => personDiff(`p${i}`, { standing: 'gone', lost: ['role seller'] })),
    {
      counts: { ...NO_CHANGES, changed: gone, gone },
      scopes: [
        {
          ...{ scope: { kind: 'connector' }, of: 1000 },
          losses: { gone, disabled: 0, membershipsLost: gone, fieldsEmptied: 0 },
        },
      ],
      hash: `gone-${gone}`,
      ...changes,
    },
  );

const reader: UpstreamReader = {
  ...{ bases: ['ou=people'], scope: 'all' },
  all: async () => ({ kind: 'complete', unreadable: 0 }),
  changed: async () => ({ kind: 'complete', unreadable: 0 }),
};

/** The runs of a realm, whose reading and changing are what the test says. */
export function scriptedSync({ parts }: EmptyRealm) {
  const { realm, store, audit } = parts;
  const reports = syncReports({ realm, audit });
  const reported: string[] = [];
  const runs: SyncRun[] = [];
  const script: { plan: PlanRun; apply: ApplySync; reader: UpstreamReader | undefined } = {
    plan: async () => ({ kind: 'planned', diff: diffOf() }),
    apply: async (_run, { counts }): Promise<AppliedRun> => ({
      ...{ end: { kind: 'applied' }, done: counts, collided: [], left: 0 },
    }),
    reader,
  };
  const applied: SyncDiff[] = [];
  const run = synchronizing({
    ...{ realm, store, reports },
    opened: async () => (script.reader ? { reader: script.reader } : {}),
    planRun: async (planned) => {
      runs.push(planned);
      return script.plan(planned);
    },
    applyRun: async (held, diff) => {
      applied.push(diff);
      return script.apply(held, diff);
    },
    report: (connector: string, { reason }: ConnectorEvent) => void reported.push(`${connector} ${reason}`),
  });
  let count = 0;
  return {
    ...{ reports, reported, runs, script, applied, run },
    /** A connector of its own. */
    async connector(fields: object = {}): Promise<ConnectorView> {
      const made = await parts.connectors.create(by, connectorOf({ id: `corp-${++count}`, ...fields }));
      if (!made.ok) throw new Error(JSON.stringify(made.refusal));
      return made.value;
    },
    /** What the upstream is found to have changed from now on. */
    finds(diff: SyncDiff): void {
      script.plan = async () => ({ kind: 'planned', diff });
    },
    wishes: (wishes: Partial<RunWishes> = {}): RunWishes => ({ signal: new AbortController().signal, ...wishes }),
  };
}

export type ScriptedSync = ReturnType<typeof scriptedSync>;
