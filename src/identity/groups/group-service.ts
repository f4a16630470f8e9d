import { isDeepStrictEqual } from 'node:util';
import { now } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import { assignmentsWithout } from '../../base/assignment-references.js';
import { problem, type Problem } from '../../base/problems/problem.js';
import { newId } from '../../base/crypto/ids.js';
import { nameFault } from '../../base/text/text-faults.js';
import { allRows, type Page, type PageRequest, rows } from '../../base/paging.js';
import type { Actor } from '../../changes/actor.js';
import { patchedInput } from '../../changes/patched-input.js';
import type { Reference } from '../../changes/removal/reference.js';
import type { Referrer, ReferrerSource, Removed } from '../../changes/removal/referrer.js';
import { type RemovalOptions, removeRecorded } from '../../changes/removal/remove-recorded.js';
import { recordedDocuments, type RecordedDocuments } from '../../changes/recorded-documents.js';
import type { Recorder } from '../../changes/change-recorder.js';
import { changedMeanwhile, invalid, missing, type Saved } from '../../changes/change-result.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { require, type Write } from '../../storage/write.js';
import { assignmentsRefusal } from '../check-assignments.js';
import { groupInput, type GroupPatch } from './group-input.js';
import { groups, type Group, type GroupAccess, type UpstreamGroupKey } from './group.js';
import { mirroredFault } from './mirrored-group.js';
import { groupsAbove } from './parent-groups.js';
import { ruleFault } from './segment-rule.js';
import { groupsOf, indexOf } from '../users/user-index.js';
import { users } from '../users/user.js';

export type NewGroup = Pick<Group, 'name'> & Partial<Pick<Group, 'description' | 'type' | 'rule' | 'segmentGroup'>>;

/** Groups and their nesting. Each change is one event in one commit. */
export class GroupService implements ReferrerSource {
  readonly #realm: Realm;
  readonly #recorder: Recorder;
  readonly #documents: RecordedDocuments<typeof groups>;

  constructor(parts: { readonly realm: Realm; readonly recorder: Recorder }) {
    this.#realm = parts.realm;
    this.#recorder = parts.recorder;
    this.#documents = recordedDocuments(parts.recorder, {
      spec: groups,
      kind: 'group',
      access: ({ name, assignments, type, rule }): GroupAccess => ({
        name,
        assignments,
        ...(type !== undefined && { type }),
        ...(rule !== undefined && { rule }),
      }),
    });
  }

  get(id: string): Promise<Stored<Group> | undefined> {
    return this.#realm.of(groups).get(id);
  }

  /** Exact match. */
  findByName(name: string): Promise<Stored<Group> | undefined> {
    return this.#realm.of(groups).findOne('name', { name });
  }

  list(page: PageRequest): Promise<Page<Stored<Group>>> {
    return this.#realm.of(groups).find('all', {}, page);
  }

  /** Creates a group without assignments. Refused with `taken`, `invalid`. */
  async create(by: Actor, input: NewGroup): Promise<Saved<Stored<Group>>> {
    const { name } = input;
    const wrong = badName(name) ?? kindFault(input);
    if (wrong) return invalid(wrong);
    const at = now();
    const group = {
      id: newId(),
      createdAt: at,
      since: at,
      ...input,
      assignments: [],
    };
    return this.#documents.create(by, group);
  }

  /**
   * Creates the mirror of an upstream's group. Only the connector calls this. Of two at once for one group of the upstream, one is
   * refused as `taken`. Refused with `taken`, `invalid`.
   *
   * @param more requires the connector
   */
  async createMirrored(
    by: Actor,
    { name, connector, upstreamId }: Pick<Group, 'name'> & UpstreamGroupKey,
    more: readonly Write[],
  ): Promise<Saved<Stored<Group>>> {
    const wrong = badName(name);
    if (wrong) return invalid(wrong);
    const at = now();
    const group = { id: newId(), createdAt: at, since: at, name, connector, upstreamId, assignments: [] };
    return this.#documents.create(by, group, more);
  }

  /** Follows a new name of the upstream's group. Only the connector calls this. Refused with `taken`, `changed`, `missing`, `invalid`. */
  async renameMirrored(
    by: Actor,
    { id, version }: Stored<Group>,
    name: string,
    connector: string,
  ): Promise<Saved<Stored<Group>>> {
    const group = await this.#at(id, version);
    if (!group.ok) return group;
    const wrong = badName(name);
    if (wrong) return invalid(wrong);
    if (group.value.connector !== connector) return missing('group', id);
    const { version: _, ...before } = group.value;
    return this.#documents.change(by, group.value, { ...before, name });
  }

  /** Makes ordinary groups of those that a connector mirrored that is gone. It may be interrupted, and run again. */
  async releaseMirrored(by: Actor, connector: string): Promise<void> {
    for (const group of await allRows((page) => this.#realm.of(groups).find('byConnector', { connector }, page)))
      await this.#documents.change(by, group, released(group), { reason: 'removed' });
  }

  /**
   * Changes the fields that the patch names; an equal group causes no write. Refused with `missing`, `changed`, `taken`, and `invalid`: also for
   * another type, and for another name of a mirrored group.
   */
  async update(by: Actor, id: string, patch: GroupPatch, expected?: number): Promise<Saved<Stored<Group>>> {
    const group = await this.#at(id, expected);
    if (!group.ok) return group;
    const { createdAt, since, assignments, name, type, connector, upstreamId } = group.value;
    const read = patchedInput(groupInput, group.value, patch);
    if (!read.ok) return invalid(...read.problems);
    const input = read.value;
    const fixed = input.type === type ? undefined : problem('group-type-fixed', ['type'], { name });
    const wrong = fixed ?? (input.name === name ? undefined : mirroredFault(group.value, ['name'])) ?? kindFault(input);
    if (wrong) return invalid(wrong);
    return this.#documents.change(by, group.value, {
      ...{ id, createdAt, since, ...input, assignments },
      ...(connector !== undefined && { connector }),
      ...(upstreamId !== undefined && { upstreamId }),
    });
  }

  /**
   * Replaces all of the group's assignments, including memberships in groups above. Only `access/` calls this. Refused with
   * `missing`, `changed`, and `invalid` for a cycle, which the message lists group by group.
   */
  async replaceAssignments(
    by: Actor,
    id: string,
    assignments: readonly Assignment[],
    expected: number,
    reason?: string,
  ): Promise<Saved<Stored<Group>>> {
    const wrong = assignmentsRefusal(assignments);
    if (wrong !== undefined) return invalid(wrong);
    const group = await this.#at(id, expected);
    if (!group.ok) return group;
    const odd = oddAssignment(group.value, assignments);
    if (odd !== undefined) return invalid(odd);
    const above = await groupsAbove(this.#realm.of(groups), groupsOf(assignments));
    if (!above.ok) return above;
    const circle = above.value.find((reached) => reached.group.id === id);
    if (circle) {
      const names = new Map(above.value.map((reached) => [reached.group.id, reached.group.name]));
      const way = [id, ...circle.way].map((step) => names.get(step) ?? step);
      return invalid(problem('group-circle', [], { names: way }));
    }
    const { version: _, ...before } = group.value;
    // Two concurrent changes, each valid alone, could close a cycle. So each requires the groups that it relied on to be
    // unchanged.
    const more = above.value.map((reached) =>
      require(groups, reached.group.id, { since: { is: reached.group.since } }),
    );
    if (sameGroups(before.assignments, assignments)) more.length = 0;
    const after = { ...before, assignments: [...assignments] };
    return this.#documents.change(by, group.value, after, {
      happened: 'assignments-replaced',
      more,
      ...(reason !== undefined && { reason }),
    });
  }

  /**
   * Removes a group permanently. Its access ends, and its id is never reused. Refused as `in-use` (members, groups below it,
   * limitations) unless `cascade`, as `missing`, `changed`, `forbidden`, and as `invalid` while a connector mirrors it.
   */
  async remove(by: Actor, id: string, expected: number, options?: RemovalOptions): Promise<Saved<Stored<Group>>> {
    const removal = {
      removed: [{ kind: 'group', id }],
      thing: ({ name }: Group) => ({ kind: 'group', name }) as const,
      read: async () => {
        const group = await this.#at(id, expected);
        if (!group.ok) return group;
        const mirrored = mirroredFault(group.value);
        if (mirrored) return invalid(mirrored);
        return {
          ok: true,
          value: { value: group.value, changes: [this.#documents.planRemoval(group.value)] },
        } as const;
      },
    } as const;
    const saved = await removeRecorded(this.#recorder, by, removal, options);
    if (saved.ok) await this.forget(id);
    return saved;
  }

  /** Groups that refer to an object that is to be removed. */
  async *referring(removed: Removed): AsyncGenerator<Referrer> {
    for (const group of await allRows((page) => this.list(page))) {
      const without = assignmentsWithout(group.assignments, removed);
      const isMirrored = removed.kind === 'connector' && group.connector === removed.id;
      if ((!without && !isMirrored) || group.id === removed.id) continue;
      const { id, name } = group;
      const kept = isMirrored ? released(group) : group;
      const after = { ...kept, assignments: without?.assignments ?? group.assignments };
      const happened = without && { happened: 'assignments-replaced' };
      const change = this.#documents.planChange(group, after, { ...happened, reason: 'removed' });
      if (!change) continue;
      const hows = [...(isMirrored ? (['mirrored'] as const) : []), ...(without?.how ?? [])];
      const references = hows.map((how): Reference => ({ kind: 'group', id, name, how }));
      yield { references, cut: { kind: 'change', change } };
    }
  }

  /** Removes a deleted group from the index fields of users. No decision waits for it, and it may run again. */
  async forget(id: string): Promise<void> {
    const collection = this.#realm.of(users);
    await this.indexPeopleBelow(id);
    for await (const user of rows((page) => collection.find('bySegment', { segments: id }, page))) {
      await collection.change(user.id, ({ version: _, segments = [], ...current }) => ({
        ...current,
        segments: segments.filter((segment) => segment !== id),
      }));
    }
  }

  /**
   * Updates `within` of everyone below a group after the group moved, and returns how many users were written. No decision
   * waits for it, it may run again, and its work grows with the number of users below.
   */
  async indexPeopleBelow(id: string): Promise<number> {
    const collection = this.#realm.of(users);
    let written = 0;
    for await (const user of rows((page) => collection.find('byGroup', { within: id }, page))) {
      const above = await groupsAbove(this.#realm.of(groups), groupsOf(user.assignments));
      if (!above.ok) continue; // One of the user's groups was deleted; the index of the others stays.
      const within = above.value.map((reached) => reached.group.id);
      if (within.toSorted().join() === user.within.join()) continue;
      const changed = await collection.change(user.id, ({ version: _, ...current }) => ({
        ...current,
        // If the assignments changed meanwhile, that change has updated the index.
        ...(isDeepStrictEqual(current.assignments, user.assignments) && indexOf(current, within)),
      }));
      if (changed.ok) written++;
    }
    return written;
  }

  async #at(id: string, expected?: number): Promise<Saved<Stored<Group>>> {
    const group = await this.get(id);
    if (!group) return missing('group', id);
    if (expected === undefined || group.version === expected) return { ok: true, value: group };
    return changedMeanwhile('group', id);
  }
}

const LONGEST_NAME = 255;

/** Names appear in tokens and mappings. */
function badName(name: string): Problem | undefined {
  return name.length > LONGEST_NAME
    ? problem('text-too-long', ['name'], { text: 'group-name', most: LONGEST_NAME })
    : nameFault('group-name', name);
}

/** As a group that no connector owns. */
const released = ({ connector: _, upstreamId: __, ...group }: Stored<Group>): Stored<Group> => group;

/** Why a group can't have these assignments, even if each is valid by itself. */
function oddAssignment({ name, type }: Group, assignments: readonly Assignment[]): Problem | undefined {
  if (assignments.some(({ kind }) => kind === 'customer-group')) return problem('group-in-customer-group', [], {});
  const lies = type !== undefined && assignments.some(({ kind }) => kind === 'membership');
  return lies ? problem('group-not-plain', [], { name }) : undefined;
}

/** Only a segment has a rule, and the rule must be valid. */
function kindFault({ type, rule, segmentGroup }: Partial<Group>): Problem | undefined {
  if (type === 'segment') return rule === undefined ? problem('segment-without-rule', ['rule'], {}) : ruleFault(rule);
  return rule === undefined && segmentGroup === undefined ? undefined : problem('rule-without-segment', [], {});
}

const sameGroups = (before: readonly Assignment[], after: readonly Assignment[]): boolean =>
  groupsOf(before).sort().join() === groupsOf(after).sort().join();
