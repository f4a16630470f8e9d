import type { Snapshot } from '../../../access/evaluation/snapshot.js';
import type { Actor } from '../../../changes/actor.js';
import type { UserIdentifiers } from '../../../identity/identifiers/user-identifiers.js';
import type { Held } from '../../../storage/leases/lease-holder.js';
import type { Realm } from '../../../storage/store.js';
import { put } from '../../../storage/write.js';
import type { ConnectorService } from '../../connectors/connector-service.js';
import type { AddressHolders } from '../../provisioning/address-holders.js';
import type { MirrorGroups } from '../../provisioning/mirror-groups.js';
import { changesGroups } from '../../provisioning/plan-mirrors.js';
import { fewAtOnce } from '../../../base/few-at-once.js';
import { noteOf } from '../plan/note-of.js';
import { goneDiff, personDiff } from '../plan/person-diff.js';
import { planPerson } from '../plan/plan-person.js';
import { countDiff, mirrorsOf, noCounts } from '../plan/plan-run.js';
import { ALL_GRANTED, type GrantedNames, type PlannedPerson } from '../plan/planned-person.js';
import { readPeople, type ReadingParts } from '../plan/read-people.js';
import type { PersonDiff, SyncDiff } from '../sync-diff.js';
import type { AppliedRun, ApplySync, Collision, SyncRun } from '../sync-run.js';
import { syncStates } from '../sync-state.js';
import { type AppliedPerson, applyLinked, applyNew, type ApplyingParts, failed, isHeld } from './apply-person.js';
import { giveNames, type NameToGive } from './give-names.js';
import { type LinkToNote, writeNotes } from './write-notes.js';

export interface ApplyRunParts extends ReadingParts, ApplyingParts {
  readonly realm: Realm;
  readonly links: ReadingParts['links'] & ApplyingParts['links'];
  readonly users: ReadingParts['users'] & ApplyingParts['users'];
  readonly leaving: ApplyingParts['leaving'];
  readonly identifiers: Pick<UserIdentifiers, 'holderOf'>;
  readonly holders: AddressHolders;
  readonly mirror: MirrorGroups;
  readonly connectors: Pick<ConnectorService, 'synchronized'>;
}

const MOST_COLLISIONS = 1000;
const AT_ONCE = 32;
const MOST_MIRRORINGS = 5;

interface Matched {
  readonly person: PlannedPerson;
  readonly diff: PersonDiff;
  readonly granted: GrantedNames;
}

export const applyingRuns = (parts: ApplyRunParts): ApplySync => {
  return async (run, diff) => new Applying(parts, run, diff).whole();
};

/** One run that is carried out. */
class Applying {
  readonly #done = noCounts();
  readonly #collided: Collision[] = [];
  readonly #matched = new Set<string>();
  readonly #names: NameToGive[] = [];
  readonly #waiting: Matched[] = [];
  readonly #addresses: { readonly userId: string; readonly email: string }[] = [];
  readonly #by: Actor & { readonly held: Held };
  readonly #renamed: ReadonlySet<string>;
  #unexpected = 0;
  #overtaken = 0;

  readonly parts: ApplyRunParts;
  readonly run: SyncRun & { readonly held: Held };
  readonly diff: SyncDiff;

  constructor(parts: ApplyRunParts, run: SyncRun & { readonly held: Held }, diff: SyncDiff) {
    this.parts = parts;
    this.run = run;
    this.diff = diff;
    this.#by = { ...run.by, held: run.held };
    this.#renamed = new Set(diff.renamedGroups.map(({ from, to }) => JSON.stringify([from, to])));
  }

  async whole(): Promise<AppliedRun> {
    const { diff } = this;
    // Nothing to change and nothing to note: nobody has to be read again.
    if (diff.digests.size === 0 && !diff.hasNotes && diff.renamedGroups.length === 0) {
      await this.#remember();
      return this.#report({ kind: 'applied' });
    }
    const run: SyncRun = { ...this.run, by: this.#by, full: diff.isFull };
    const read = await readPeople(this.parts, run, diff.twice ?? new Set(), {
      page: (people, snapshot) => this.#page(people, snapshot),
      absent: (people) => this.#absent(people),
    });
    await this.#giveNames();
    if (read.kind !== 'complete') return this.#report(read);
    if (this.#left() === 0) await this.#remember();
    return this.#report({ kind: 'applied' });
  }

  async #page(people: readonly PlannedPerson[], snapshot: Snapshot): Promise<void> {
    const notes: LinkToNote[] = [];
    let matched: Matched[] = [];
    for (const person of people) {
      const found = this.#match(person, snapshot);
      if (found === 'unexpected') this.#unexpected++;
      else if (found) matched.push(found);
      else addNote(notes, person);
    }
    matched = await this.#withGroups(people, matched, snapshot);
    const results = await fewAtOnce(matched, AT_ONCE, async (one) => ({ one, results: await this.#apply(one) }));
    for (const { one, results: all } of results) {
      this.#take(one, all);
      const isWhole = all.every(({ kind }) => kind !== 'overtaken' && kind !== 'refused');
      // What was not brought here must be told again.
      if (isWhole) addNote(notes, one.person);
    }
    await writeNotes(this.parts.realm, this.run.held, notes);
  }

  /** The person as in the diff: with all the names that they would get, or without those that others keep. */
  #match(person: PlannedPerson, snapshot: Snapshot): Matched | 'unexpected' | undefined {
    const { id } = this.run.connector;
    const ideal = personDiff(id, person, ALL_GRANTED, snapshot);
    const choices: readonly GrantedNames[] = [
      ALL_GRANTED,
      { username: true, email: false },
      { username: false, email: true },
      { username: false, email: false },
    ];
    for (const granted of person.wants.length > 0 ? choices : [ALL_GRANTED]) {
      const diff = personDiff(id, person, granted, snapshot);
      if (!diff || !this.diff.digests.has(diff.digest)) continue;
      this.#matched.add(diff.digest);
      return { person, diff, granted };
    }
    return ideal ? 'unexpected' : undefined;
  }

  /** A group gets its new name although nothing else of its members changes. It is created for those only who change. */
  async #withGroups(
    people: readonly PlannedPerson[],
    matched: readonly Matched[],
    snapshot: Snapshot,
  ): Promise<Matched[]> {
    const { id } = this.run.connector;
    const changing = matched.map(({ person }) => person);
    let current = snapshot;
    let changed = false;
    for (let tries = 0; tries < MOST_MIRRORINGS; tries++) {
      const renamings = mirrorsOf(id, people, current).renamings.filter(({ group, name }) =>
        this.#renamed.has(JSON.stringify([group.name, name])),
      );
      const plan = { ...mirrorsOf(id, changing, current), renamings };
      if (!changesGroups(plan)) break;
      changed = true;
      const outcome = await this.parts.mirror(this.#by, id, plan);
      current = await this.parts.snapshots.read();
      if (outcome === 'done') break;
    }
    return changed ? fewAtOnce(matched, AT_ONCE, (one) => this.#again(one, current)) : [...matched];
  }

  /** The same plan with the groups that exist by now. */
  async #again(one: Matched, snapshot: Snapshot): Promise<Matched> {
    const { by, connector } = { by: this.#by, connector: this.run.connector };
    const { person } = one;
    const { base, read } = person;
    const mirrored = new Set(
      person.mapped.groups === 'not-told'
        ? []
        : person.mapped.groups.flatMap((target) => (target.kind === 'mirror' ? [target.id] : [])),
    );
    const [link, user] = person.kind === 'linked' ? [person.link, person.user] : ([undefined, undefined] as const);
    const planned = await planPerson(this.parts, {
      ...{ by, connector, snapshot, base, read, link, user },
      mayMirror: (id) => mirrored.has(id),
    });
    return planned?.kind === person.kind ? { ...one, person: planned } : one;
  }

  async #apply({ person, granted, diff }: Matched): Promise<readonly AppliedPerson[]> {
    const { id } = this.run.connector;
    if (person.kind === 'refused' || diff.kind === 'collided')
      return [{ kind: 'refused', reason: diff.reason ?? 'refused' }];
    if (person.kind !== 'new') return applyLinked(this.parts, this.#by, id, person, granted);
    if (!isHeld(person, 'username')) return applyNew(this.parts, this.#by, id, person, granted);
    this.#waiting.push({ person, granted, diff });
    return [];
  }

  #take({ person, diff }: Matched, results: readonly AppliedPerson[]): void {
    const { subject } = diff;
    const isWaiting = person.kind === 'new' && results.length === 0;
    if (isWaiting) return;
    const isDone = results.every(({ kind }) => kind !== 'overtaken') && !results.some(isNothing(person, diff));
    if (isDone) countDiff(this.#done, diff);
    for (const result of results) {
      switch (result.kind) {
        case 'done':
          break;
        case 'overtaken':
          this.#overtaken++;
          break;
        case 'refused':
          this.#collide({ subject, username: diff.username, reason: result.reason });
          break;
        case 'name-follows':
          this.#names.push({ userId: result.userId, subject, username: person.mapped.username ?? '' });
          break;
        case 'address-follows':
          this.#addresses.push({ userId: result.userId, email: person.mapped.email ?? '' });
      }
    }
  }

  #collide(collision: Collision): void {
    this.#done.collided++;
    if (this.#collided.length < MOST_COLLISIONS) this.#collided.push(collision);
  }

  /** Those who waited for names that others gave up in this run. */
  async #giveNames(): Promise<void> {
    const { users, identifiers, holders } = this.parts;
    const { id } = this.run.connector;
    const kept = await giveNames({ users, identifiers }, this.#by, id, this.#names);
    for (const { subject, username, refusal } of kept) {
      if (refusal && failed(refusal).kind === 'overtaken') this.#overtaken++;
      else this.#collide({ subject, username, reason: 'username-taken' });
    }
    for (const one of this.#waiting) {
      if (one.person.kind !== 'new') continue;
      const results = await applyNew(this.parts, this.#by, id, one.person, one.granted);
      this.#take(one, results);
    }
    for (const { userId, email } of this.#addresses) {
      const others = (await holders(email)).filter((user) => user.id !== userId);
      if (others.length > 0) continue;
      const saved = await users.update(this.#by, userId, { email, emailVerified: true });
      if (!saved.ok && failed(saved.refusal).kind === 'overtaken') this.#overtaken++;
    }
  }

  async #absent(people: Parameters<Parameters<typeof readPeople>[3]['absent']>[0]): Promise<void> {
    const { id } = this.run.connector;
    const { leaving } = this.parts;
    for (const { link, user } of people) {
      this.run.signal.throwIfAborted();
      if (!user || leaving.standingOf({ connector: id, user, link }) === 'gone') continue;
      const diff = goneDiff(link, user.username);
      if (!this.diff.digests.has(diff.digest)) {
        this.#unexpected++;
        continue;
      }
      this.#matched.add(diff.digest);
      const saved = await leaving.gone(this.#by, { connector: id, user, link });
      if (saved.ok) countDiff(this.#done, diff);
      else if (failed(saved.refusal).kind === 'overtaken') this.#overtaken++;
      else this.#collide({ subject: link.subject, username: user.username, reason: saved.refusal.code });
    }
  }

  #left(): number {
    return Math.max(this.diff.digests.size - this.#matched.size, this.#unexpected) + this.#overtaken;
  }

  #report(end: AppliedRun['end']): AppliedRun {
    return { end, done: this.#done, collided: this.#collided, left: this.#left() };
  }

  /** Where the next run begins. After a full one, everybody who is still there is confirmed. */
  async #remember(): Promise<void> {
    const { connector, state, held, reader } = this.run;
    const { isFull, startedAt, mark } = this.diff;
    const next = {
      ...{ id: connector.id, scope: reader.scope },
      fullAt: isFull ? startedAt : (state?.fullAt ?? startedAt),
      ...(mark !== undefined && { mark }),
    };
    const write = put(syncStates, next);
    if (isFull) await this.parts.connectors.synchronized(this.#by, connector, startedAt, [write]);
    else await held.commit(this.parts.realm, [write]);
  }
}

const isNothing =
  (person: PlannedPerson, diff: PersonDiff) =>
  ({ kind }: AppliedPerson): boolean =>
    kind === 'refused' && (diff.kind === 'collided' || person.kind === 'new' || person.kind === 'refused');

function addNote(notes: LinkToNote[], person: PlannedPerson): void {
  const note = noteOf(person);
  if (note && person.kind === 'linked') notes.push({ link: person.link, note });
}
