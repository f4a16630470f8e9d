import { createHash } from 'node:crypto';
import { compiled } from '../../../access/evaluation/snapshot-index.js';
import type { Snapshot } from '../../../access/evaluation/snapshot.js';
import { compareAsStored } from '../../../base/text/compare-as-stored.js';
import { now } from '../../../base/clock.js';
import { rows } from '../../../base/paging.js';
import type { Users } from '../../../identity/users/users.js';
import type { MirrorTarget } from '../../mapping/map-groups.js';
import { type MirrorPlan, MOST_MIRRORED, planMirrors } from '../../provisioning/plan-mirrors.js';
import type { DiffCounts, GroupRenaming, PersonDiff, SyncDiff } from '../sync-diff.js';
import type { PlanRun, SyncRun, UnfinishedReading } from '../sync-run.js';
import { Losses } from './losses.js';
import { NameClaims } from './name-claims.js';
import { noteOf } from './note-of.js';
import { accessLabel, goneDiff, personDiff } from './person-diff.js';
import type { GrantedNames, PlannedPerson } from './planned-person.js';
import { type KnownPeople, readPeople, type ReadingParts } from './read-people.js';

export interface PlanningParts extends ReadingParts {
  readonly users: ReadingParts['users'] & Pick<Users, 'listByRole' | 'listByGroup'>;
}

/** The people whom a diff names. */
const MOST_SHOWN = 2000;
/** A subject that turns out to be several people starts the reading again, without any of them. */
const MOST_READINGS = 3;

export const planningRuns = (parts: PlanningParts): PlanRun => {
  return async (run) => {
    let twice: ReadonlySet<string> = new Set();
    for (let readings = 1; ; readings++) {
      const before = twice;
      const planned = await planOnce(parts, run, before);
      if ('kind' in planned) return planned;
      if ([...planned.twice].every((subject) => before.has(subject))) return { kind: 'planned', diff: planned.diff };
      // Somebody changes upstream all the time: another run sees it at rest.
      if (readings === MOST_READINGS) return { kind: 'partial', reason: 'subjects-unsteady' };
      twice = new Set([...before, ...planned.twice]);
    }
  };
};

async function planOnce(
  parts: PlanningParts,
  run: SyncRun,
  twice: ReadonlySet<string>,
): Promise<{ readonly diff: SyncDiff; readonly twice: ReadonlySet<string> } | UnfinishedReading> {
  const { connector, state, reader } = run;
  const startedAt = now();
  const losses = new Losses(connector.id);
  const names = new NameClaims();
  const digests = new Set<string>();
  const counts = noCounts();
  const [losing, others]: [PersonDiff[], PersonDiff[]] = [[], []];
  const renamed = new Map<string, GroupRenaming>();
  const goneBefore = new Set<string>();
  let known: KnownPeople = new Map();
  let hasNotes = false;

  const add = (diff: PersonDiff, held?: readonly string[]): void => {
    digests.add(diff.digest);
    countDiff(counts, diff);
    losses.add(diff, held);
    const list = isLosing(diff) ? losing : others;
    if (list.length < MOST_SHOWN) list.push(diff);
  };
  const settle = (person: PlannedPerson, granted: GrantedNames, snapshot: Snapshot): void => {
    const diff = personDiff(connector.id, person, granted, snapshot);
    if (diff) add(diff);
    else if (noteOf(person)) hasNotes = true;
  };

  const finished = await readPeople(parts, run, twice, {
    begin(all) {
      known = all;
    },
    async page(people, snapshot, { users, isFull }) {
      if (isFull) for (const user of users.values()) losses.held(user, snapshot);
      for (const { group, name } of mirrorsOf(connector.id, people, snapshot).renamings)
        renamed.set(group.id, { from: group.name, to: name });
      for (const person of people) {
        const granted = names.take(person);
        if (granted !== 'wait') settle(person, granted, snapshot);
      }
      await Promise.resolve();
    },
    async absent(people, snapshot, isFull) {
      for (const { link, user } of people) {
        if (!user) continue;
        if (parts.leaving.standingOf({ connector: connector.id, user, link }) === 'gone') {
          goneBefore.add(link.subject);
          continue;
        }
        if (isFull) losses.held(user, snapshot);
        const own = user.assignments.filter(({ source }) => source?.kind === 'connector' && source.id === connector.id);
        add(goneDiff(link, user.username), [...new Set(own.map((one) => accessLabel(one, snapshot)))]);
      }
      await Promise.resolve();
    },
  });
  if (finished.kind !== 'complete') return finished;
  const snapshot = await parts.snapshots.read();
  for (const { person, granted } of names.settled()) settle(person, granted, snapshot);
  for (const [subject, { base }] of known) if (!goneBefore.has(subject)) losses.known(base);
  if (finished.present) losses.present(finished.present);
  if (!finished.isFull) await losses.countHeld((label) => countHeld(parts, connector.id, label, snapshot));

  const { isFull, read, unreadable, mark } = finished;
  const renamedGroups = [...renamed.values()];
  return {
    twice: finished.twice,
    diff: {
      ...{ isFull, startedAt, read, unreadable, counts, digests, hasNotes, renamedGroups, twice },
      people: [...losing, ...others].slice(0, MOST_SHOWN),
      scopes: losses.scopes(),
      emptied: losses.emptied(),
      isOtherScope: connector.formerId !== undefined || (state !== undefined && state.scope !== reader.scope),
      hash: hashOf(digests, renamedGroups),
      ...(mark !== undefined && { mark }),
    },
  };
}

/** What the groups of these people need here. */
export function mirrorsOf(connector: string, people: readonly PlannedPerson[], snapshot: Snapshot): MirrorPlan {
  const targets = new Map<string, MirrorTarget>();
  for (const { mapped, kind } of people) {
    if (mapped.groups === 'not-told' || kind === 'refused') continue;
    for (const target of mapped.groups) if (target.kind === 'mirror') targets.set(target.id, target);
  }
  return planMirrors(connector, [...targets.values()], snapshot, MOST_MIRRORED);
}

/** How many users have this role or group by the mapping. */
async function countHeld(
  { users }: PlanningParts,
  connector: string,
  label: string,
  snapshot: Snapshot,
): Promise<number> {
  const { roles, groups } = compiled(snapshot).idsByName();
  const isRole = label.startsWith('role ');
  const id = isRole ? roles.get(label.slice('role '.length)) : groups.get(label.slice('group '.length));
  if (id === undefined) return 0;
  let held = 0;
  for await (const { assignments } of rows((page) =>
    isRole ? users.listByRole(id, page) : users.listByGroup(id, page),
  ))
    if (
      assignments.some(({ target, source }) => target === id && source?.kind === 'connector' && source.id === connector)
    )
      held++;
  return held;
}

export const noCounts = (): DiffCounts => ({
  ...{ new: 0, joined: 0, changed: 0, collided: 0, gone: 0, returned: 0, disabled: 0, enabled: 0 },
});

export function countDiff(counts: DiffCounts, { kind, standing }: Pick<PersonDiff, 'kind' | 'standing'>): void {
  if (standing !== 'gone') counts[kind]++;
  if (standing !== undefined) counts[standing === 'expired' ? 'disabled' : standing]++;
}

const isLosing = ({ lost, fields, standing }: PersonDiff): boolean =>
  lost.length > 0 ||
  fields.some(({ isEmptied }) => isEmptied) ||
  standing === 'gone' ||
  standing === 'disabled' ||
  standing === 'expired';

/** Of sorted texts, so that the order of reading does not matter. */
function hashOf(digests: ReadonlySet<string>, renamed: readonly GroupRenaming[]): string {
  const groups = renamed.map(({ from, to }) => JSON.stringify([from, to]));
  const whole = createHash('sha256');
  for (const text of [...[...digests].sort(compareAsStored), ...groups.sort(compareAsStored)])
    whole.update(`${text}\n`);
  return whole.digest('base64url');
}
