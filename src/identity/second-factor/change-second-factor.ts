import { retryOnConflict } from '../../base/retry-on-conflict.js';
import type { Actor } from '../../changes/actor.js';
import { auditedOf, type Event } from '../../changes/event.js';
import type { Recorder } from '../../changes/change-recorder.js';
import type { Surviving } from '../../sessions/keep-session.js';
import { nextSignOutEpoch, type SignOutEpoch, signOutEpochOf } from '../../sessions/sign-out-epoch.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { replace, type Write } from '../../storage/write.js';
import { users, type User } from '../users/user.js';
import { secondFactors, type SecondFactor } from './second-factor.js';

/** Parameters of a change by the owner. */
export interface ByOwner {
  /** The user's epoch when they authenticated; in another epoch the change is refused. */
  readonly epoch?: SignOutEpoch;
  /** The writes that keep the current session while all others of the user end. */
  readonly surviving?: Surviving;
}

export interface SecondFactorChange {
  readonly owner: ByOwner;
  /** Whether the plan depends on what is stored; otherwise it is not read. */
  readonly reads: boolean;
  /** Undefined: there is nothing to change. */
  readonly plan: (stored: Stored<SecondFactor> | undefined) => SecondFactorPlan | undefined;
}

export interface SecondFactorPlan {
  readonly happened: string;
  readonly after: (user: User) => User;
  readonly write: Write;
}

type SecondFactorChanged =
  | { readonly ok: true; readonly user: Stored<User> }
  /** `conflict`: there is a second factor already. `missing`: there is none. */
  | { readonly ok: false; readonly code: string };

const MOST_TRIES = 5;
const nothing: Surviving = async () => [];
/** Refusals of the factor's own write that another try would meet again. */
const FINAL = new Set(['conflict', 'missing']);

/** Changes the second factor and its user, and ends all of their sessions except the surviving ones, in one commit. */
export async function changeSecondFactor(
  { realm, recorder }: { readonly realm: Realm; readonly recorder: Recorder },
  by: Actor,
  userId: string,
  change: SecondFactorChange,
): Promise<SecondFactorChanged> {
  const { epoch, surviving = nothing } = change.owner;
  const changeOnce = async (): Promise<SecondFactorChanged & { readonly isFinal?: boolean }> => {
    const [user, stored] = await Promise.all([
      realm.of(users).get(userId),
      change.reads ? realm.of(secondFactors).get(userId) : undefined,
    ]);
    const plan = change.plan(stored);
    if (!user || !plan) return { ok: false, code: 'missing', isFinal: true };
    const { version, ...before } = user;
    if (epoch !== undefined && signOutEpochOf(before) !== epoch) return { ok: false, code: 'changed', isFinal: true };
    const signedOutAt = nextSignOutEpoch(before);
    const after = { ...plan.after(before), signedOutAt };
    const event = {
      ...secondFactorEvent(recorder, plan.happened, userId),
      at: signedOutAt,
      before: auditedOf(users, before),
      after: auditedOf(users, after),
    };
    const outcome = await recorder.record(by, event, [
      plan.write,
      replace(users, after, version),
      ...(await surviving(before, after)),
    ]);
    if (outcome.ok) return { ok: true, user: { ...after, version: version + 1 } };
    const { code } = outcome.refusal;
    const isFinal = outcome.refusedBy === 'guard' || (outcome.write === 0 && FINAL.has(code));
    return { ok: false, code, isFinal };
  };
  return retryOnConflict(changeOnce, ({ ok, isFinal }) => !ok && isFinal !== true, { most: MOST_TRIES });
}

/** An event of a second factor is one of its user. */
export const secondFactorEvent = (
  { realm }: Pick<Recorder, 'realm'>,
  happened: string,
  id: string,
): Pick<Event, 'kind' | 'realm' | 'subject'> => ({ kind: `user.${happened}`, realm, subject: { kind: 'user', id } });
