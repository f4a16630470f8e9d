import { newId } from '../../base/crypto/ids.js';
import type { Actor } from '../../changes/actor.js';
import type { Event } from '../../changes/event.js';
import type { Recorder } from '../../changes/change-recorder.js';
import type { Realm } from '../../storage/store.js';
import { MOST_NAMES } from '../identifiers/identifier-writes.js';
import type { Delay } from './throttle-entry.js';
import { identifiers } from '../identifiers/identifier.js';
import { codesOf, networkOf, type Throttle } from './throttle.js';
import type { User } from '../users/user.js';

/** Shows and lifts the delays of a user or an address. */
export interface Unlocking {
  /** The delays of sign-ins with any name of this user, and of their codes. */
  delaysOf(user: Pick<User, 'id'>): Promise<readonly Delay[]>;
  delaysAt(address: string): Promise<readonly Delay[]>;
  /** Lifts all of them and returns them. */
  unlock(by: Actor, user: Pick<User, 'id'>): Promise<readonly Delay[]>;
  /** The same without a record, for a user who is about to be erased. */
  forget(user: Pick<User, 'id'>): Promise<void>;
  liftAt(by: Actor, address: string): Promise<readonly Delay[]>;
}

export function unlocking(realm: Realm, recorder: Recorder, throttle: Throttle): Unlocking {
  async function delaysOf({ id }: Pick<User, 'id'>): Promise<readonly Delay[]> {
    const { rows } = await realm.of(identifiers).find('byUser', { userId: id }, { limit: MOST_NAMES });
    const guessed = [...rows.map(({ value }) => value), codesOf(id)];
    return (await Promise.all(guessed.map((name) => throttle.delaysOf(name)))).flat();
  }

  /** Lifts delays until none are left: an attack from many addresses leaves more than a page. Lifting twice is harmless. */
  async function liftAll(find: () => Promise<readonly Delay[]>): Promise<readonly Delay[]> {
    const lifted: Delay[] = [];
    for (let found = await find(); found.length > 0; found = await find()) {
      await Promise.all(found.map((delay) => throttle.lift(delay)));
      lifted.push(...found);
    }
    return lifted;
  }

  /** Counts belong to no document, so only the event records it. */
  async function lift(
    by: Actor,
    event: Omit<Event, 'realm'>,
    find: () => Promise<readonly Delay[]>,
  ): Promise<readonly Delay[]> {
    const lifted = await liftAll(find);
    if (lifted.length > 0) await recorder.record(by, { ...event, realm: recorder.realm }, []);
    return lifted;
  }

  return {
    delaysOf,
    delaysAt: (address) => throttle.delaysAt(address),
    unlock: (by, user) =>
      lift(by, { kind: 'user.unlocked', subject: { kind: 'user', id: user.id } }, () => delaysOf(user)),
    async forget(user) {
      await liftAll(() => delaysOf(user));
    },
    liftAt(by, address) {
      // Somebody's network is personal, so it is in the sealed part alone.
      const event = {
        kind: 'address.unlocked',
        subject: { kind: 'address', id: newId() },
        before: { network: networkOf(address) },
      };
      return lift(by, event, () => throttle.delaysAt(address));
    },
  };
}
