import { retryOnConflict } from '../base/retry-on-conflict.js';
import { now } from '../base/clock.js';
import type { Hashed } from '../base/crypto/hash-of.js';
import { type Cursor, type Page, type PageRequest, pages } from '../base/paging.js';
import type { Actor } from '../changes/actor.js';
import { auditedOf, type Event } from '../changes/event.js';
import type { Recorder } from '../changes/change-recorder.js';
import { changedAgain, missing, type Saved, savedAs } from '../changes/change-result.js';
import type { Stored } from '../storage/spec.js';
import type { Realm } from '../storage/store.js';
import { replace } from '../storage/write.js';
import { type Owner, sessionAlive } from './alive.js';
import { sessionLogout } from './logout/logout.js';
import { type Session, sessions } from './session.js';
import type { SessionEndCause } from './session-ended.js';
import { signOutEpochOf } from './sign-out-epoch.js';

/** The maximum number of store pages read for one page of active sessions, if many of them have ended. */
const MOST_READS = 5;

/** The position in a list. A stored session without an epoch gets one above its user's while it is valid. */
interface ListPlace {
  readonly from: 'this epoch' | 'before epochs';
  readonly after?: Cursor;
}

/** No cursor of the store begins like this. */
const BEFORE_EPOCHS = '~';

const cursorOf = ({ from, after = '' as Cursor }: ListPlace): Cursor =>
  (from === 'this epoch' ? after : `${BEFORE_EPOCHS}${after}`) as Cursor;

function placeIn(cursor: Cursor | undefined): ListPlace {
  if (cursor === undefined) return { from: 'this epoch' };
  if (!cursor.startsWith(BEFORE_EPOCHS)) return { from: 'this epoch', after: cursor };
  const after = cursor.slice(BEFORE_EPOCHS.length) as Cursor;
  return { from: 'before epochs', ...(after !== '' && { after }) };
}

/** The sessions of users. */
export class SessionService {
  readonly #realm: Realm;
  readonly #recorder: Recorder;

  constructor(parts: { readonly realm: Realm; readonly recorder: Recorder }) {
    this.#realm = parts.realm;
    this.#recorder = parts.recorder;
  }

  /**
   * The active sessions of a user, newest first; those that servers of the previous version began come last. Ended sessions are
   * skipped. At most {@link MOST_READS} pages of the store are read for one page of results, which may therefore be short or
   * empty, and still have a next one.
   */
  async list(owner: Owner & { readonly id: string }, page: PageRequest): Promise<Page<Stored<Session>>> {
    const at = now();
    const live: Stored<Session>[] = [];
    let place = placeIn(page.after);
    for (let read = 0; read < MOST_READS && live.length < page.limit; read++) {
      const found = await this.#find(owner, place, page.limit - live.length);
      live.push(...found.rows.filter((session) => sessionAlive(session, owner, at)));
      if (found.next !== undefined) place = { ...place, after: found.next };
      else if (place.from === 'this epoch') place = { from: 'before epochs' };
      else return { rows: live };
    }
    return { rows: live, next: cursorOf(place) };
  }

  #find(
    owner: Owner & { readonly id: string },
    { from, after }: ListPlace,
    limit: number,
  ): Promise<Page<Stored<Session>>> {
    const page = { limit, ...(after !== undefined && { after }) };
    const signOutEpoch = signOutEpochOf(owner);
    const collection = this.#realm.of(sessions);
    switch (from) {
      case 'this epoch':
        return collection.find('newestOfEpoch', { userId: owner.id, signOutEpoch }, page);
      case 'before epochs':
        return collection.find('byUser', { userId: owner.id, signOutEpoch: { gt: signOutEpoch } }, page);
    }
  }

  /** Whose sessions such a message of an upstream is about: the ids of their users. */
  async usersBySignOutName(signOutName: Hashed): Promise<ReadonlySet<string>> {
    const users = new Set<string>();
    const found = (page: PageRequest) => this.#realm.of(sessions).find('bySignOutName', { signOutName }, page);
    for await (const page of pages(found)) for (const { userId } of page) if (userId !== undefined) users.add(userId);
    return users;
  }

  /** The number of active sessions of a user, without a limit. */
  async count(owner: Owner & { readonly id: string }): Promise<number> {
    let count = 0;
    for await (const page of pages((request) => this.list(owner, request))) count += page.length;
    return count;
  }

  /** Ends a session like {@link endSession}, on request of an actor: it is audited. Refused as `missing` if it has ended. */
  async end(by: Actor, id: string): Promise<Saved<Session>> {
    const endOnce = async (): Promise<Saved<Session> | undefined> => {
      const found = await this.#realm.of(sessions).get(id);
      if (!found || found.endedAt !== undefined) return missing('session', id);
      const at = now();
      const { version, ...before } = found;
      const after = { ...before, endedAt: at };
      const event: Event = {
        kind: 'session.ended',
        realm: this.#recorder.realm,
        subject: { kind: 'session', id },
        ...(before.userId !== undefined && { person: before.userId }),
        details: { cause: causeOf(by, before), session: id },
        before: auditedOf(sessions, before),
        after: auditedOf(sessions, after),
      };
      const writes = [replace(sessions, after, version), ...sessionLogout(before.userId, before.clients, at)];
      const outcome = await this.#recorder.record(by, event, writes);
      return outcome.ok || outcome.refusedBy === 'guard'
        ? savedAs({ kind: 'session', name: id }, outcome, after)
        : undefined;
    };
    const saved = await retryOnConflict(endOnce, (each) => each === undefined);
    return saved ?? changedAgain('session', id);
  }
}

const causeOf = (by: Actor, { userId }: Session): SessionEndCause =>
  by.kind === 'user' && by.id === userId ? 'ended-by-user' : 'administrator';
