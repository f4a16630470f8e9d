import type { Assignment } from '../../base/assignment.js';
import type { Actor } from '../../changes/actor.js';
import type { Recorder } from '../../changes/change-recorder.js';
import { changedMeanwhile, invalid, missing, type Saved } from '../../changes/change-result.js';
import type { Event } from '../../changes/event.js';
import { recordedDocuments, type RecordedDocuments } from '../../changes/recorded-documents.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { assignmentsRefusal } from '../check-assignments.js';
import { groups } from '../groups/group.js';
import { groupsAbove } from '../groups/parent-groups.js';
import { decidingAccess } from './access-relevant-fields.js';
import { groupsOf, indexOf } from './user-index.js';
import { type User, users } from './user.js';

/** How the services that change users read and write a user's document. */
export class UserDocuments {
  readonly realm: Realm;
  readonly recorder: Recorder;
  /** Every change through these is one event with history. */
  readonly recorded: RecordedDocuments<typeof users>;
  readonly segmentsOf: (user: User) => Promise<string[]>;

  /** @param parts.segmentsOf the segments of a user; absent: none */
  constructor(parts: {
    readonly realm: Realm;
    readonly recorder: Recorder;
    readonly segmentsOf?: (user: User) => Promise<string[]>;
  }) {
    this.realm = parts.realm;
    this.recorder = parts.recorder;
    this.segmentsOf = parts.segmentsOf ?? (async () => []);
    this.recorded = recordedDocuments(parts.recorder, { spec: users, kind: 'user', access: decidingAccess });
  }

  /** Refused with `missing`, or with `changed` if the user's version is not the expected one. */
  async read(id: string, expected?: number): Promise<Saved<Stored<User>>> {
    const user = await this.realm.of(users).get(id);
    if (!user) return missing('user', id);
    if (expected === undefined || user.version === expected) return { ok: true, value: user };
    return changedMeanwhile('user', id);
  }

  /** Changes fields of the current user. Refused as {@link read} is. */
  async change(
    by: Actor,
    id: string,
    happened: string,
    after: (before: User) => User,
    reason?: string,
  ): Promise<Saved<Stored<User>>> {
    const user = await this.read(id);
    if (!user.ok) return user;
    const { version: _, ...before } = user.value;
    return this.recorded.change(by, user.value, after(before), { happened, ...(reason !== undefined && { reason }) });
  }

  /** The ids of all groups above the holder of these assignments. Refused with `invalid`, `missing`. */
  async groupsAbove(assignments: readonly Assignment[]): Promise<Saved<string[]>> {
    const fault = assignmentsRefusal(assignments);
    if (fault !== undefined) return invalid(fault);
    const above = await groupsAbove(this.realm.of(groups), groupsOf(assignments));
    return above.ok ? { ok: true, value: above.value.map(({ group }) => group.id) } : above;
  }

  /** The user with index fields and segments recomputed. The groups stay. */
  async indexed(user: User): Promise<User> {
    return { ...user, ...indexOf(user, user.within), segments: await this.segmentsOf(user) };
  }

  event(happened: string, id: string): Pick<Event, 'kind' | 'realm' | 'subject'> {
    return { kind: `user.${happened}`, realm: this.recorder.realm, subject: { kind: 'user', id } };
  }
}
