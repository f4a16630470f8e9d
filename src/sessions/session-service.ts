import { now } from '../base/clock.js';
import type { PageRequest } from '../base/paging.js';
import type { Actor } from '../changes/actor.js';
import { auditedOf } from '../changes/event.js';
import type { Recorder } from '../changes/recorder.js';
import { missing, refused, type Saved, savedAs } from '../changes/saved.js';
import type { Stored } from '../storage/spec.js';
import type { Realm } from '../storage/store.js';
import { replace } from '../storage/write.js';
import { type Owner, sessionAlive } from './alive.js';
import { sessionLogout } from './logout/logout.js';
import { type Session, sessions } from './session.js';

/** As often as the browser itself may be faster. */
const ATTEMPTS = 16;

/** Where a person is signed in. */
export class SessionService {
  readonly #realm: Realm;
  readonly #recorder: Recorder;

  constructor(parts: { readonly realm: Realm; readonly recorder: Recorder }) {
    this.#realm = parts.realm;
    this.#recorder = parts.recorder;
  }

  /** The live ones of a person, newest first. */
  async list(owner: Owner & { readonly id: string }): Promise<readonly Stored<Session>[]> {
    const live: Stored<Session>[] = [];
    let page: PageRequest = { limit: 100 };
    for (;;) {
      const { rows, next } = await this.#realm.of(sessions).find('byUser', { userId: owner.id }, page);
      live.push(...rows.filter((session) => sessionAlive(session, owner)));
      if (!next) return live.reverse();
      page = { limit: 100, after: next };
    }
  }

  /** Ends a session, as {@link endSession} does, on somebody's word: it is audited. Refused as `missing` where it is over. */
  async end(by: Actor, id: string): Promise<Saved<Session>> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const found = await this.#realm.of(sessions).get(id);
      if (!found || found.endedAt !== undefined) return missing('session', id);
      const at = now();
      const { version, ...before } = found;
      const after = { ...before, endedAt: at };
      const event = {
        kind: 'session.ended',
        realm: this.#recorder.realm,
        subject: { kind: 'session', id },
        before: auditedOf(sessions, before),
        after: auditedOf(sessions, after),
      };
      const writes = [replace(sessions, after, version), ...sessionLogout(before.userId, before.clients, at)];
      const outcome = await this.#recorder.record(by, event, writes);
      if (outcome.ok || outcome.refusedBy === 'guard') return savedAs(`session ${id}`, outcome, after);
    }
    return refused({ code: 'changed', message: 'This session is being used again and again. Try once more.' });
  }
}
