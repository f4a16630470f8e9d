import { retryOnConflict } from '../../base/retry-on-conflict.js';
import { now } from '../../base/clock.js';
import type { SecretBox } from '../../base/crypto/secret-box.js';
import { readTypedCode } from '../../base/text/normalize-typed.js';
import type { Actor } from '../../changes/actor.js';
import { auditedOf, type Event } from '../../changes/event.js';
import type { RecordOutcome } from '../../changes/record-outcome.js';
import type { Recorder } from '../../changes/change-recorder.js';
import { nextSignOutEpoch, type SignOutEpoch, signOutEpochOf } from '../../sessions/sign-out-epoch.js';
import type { Surviving } from '../../sessions/keep-session.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { insert, put, remove, replace, type Write } from '../../storage/write.js';
import { type Enrolments, enrolments } from './enrolment.js';
import { newRecoveryCodes, readRecoveryCode, recoveryHash, type RecoveryHash } from './recovery-codes.js';
import { secondFactors, type SecondFactor } from './second-factor.js';
import { codesOf, type Throttle } from '../throttling/throttle.js';
import { stepOf } from './totp.js';
import { users, type User } from '../users/user.js';

/** The result of checking a typed code. */
export type CodeOutcome =
  /** `recoveryCodesLeft`: it was one of the recovery codes, and so many are left. */
  | { readonly kind: 'ok'; readonly recoveryCodesLeft?: number }
  | { readonly kind: 'wrong-code' }
  /** Right, but it was shown before, here or by somebody who looked on. */
  | { readonly kind: 'used-code' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** The person has no second factor by now. */
  | { readonly kind: 'none' };

export type Enrolled =
  | {
      readonly kind: 'ok';
      /** As it is by now. */
      readonly user: Stored<User>;
      /** In the clear, for the only time. */
      readonly recoveryCodes: readonly string[];
    }
  | { readonly kind: 'wrong-code' }
  /** There is one already, which another tab or person enrolled meanwhile. */
  | { readonly kind: 'already' }
  /** Somebody else kept changing the user, or signed them out. */
  | { readonly kind: 'moved' };

/** How an owner's own change is committed. */
export interface ByOwner {
  /** The user's epoch when they authenticated: in another one the change is refused. */
  readonly epoch?: SignOutEpoch;
  /** The writes that keep the current session while everything else of the user ends. */
  readonly surviving?: Surviving;
}
const nothing: Surviving = async () => [];

const MOST_TRIES = 5;

/** Second factors: each change of one is an event of its user, in one commit, and ends everything else of that user. */
export class SecondFactorService {
  readonly #realm: Realm;
  readonly #recorder: Recorder;
  readonly #throttle: Throttle;
  readonly #hash: RecoveryHash;
  /** Those that are begun, and confirmed by {@link enrol}. */
  readonly enrolments: Enrolments;

  constructor(parts: {
    readonly realm: Realm;
    readonly recorder: Recorder;
    readonly throttle: Throttle;
    /** Without which nobody can try recovery codes against the store. */
    readonly pepper: Buffer;
    readonly box: SecretBox;
  }) {
    this.#realm = parts.realm;
    this.#recorder = parts.recorder;
    this.#throttle = parts.throttle;
    this.#hash = recoveryHash(parts.pepper);
    this.enrolments = enrolments(parts.realm.id, parts.box);
  }

  /** How many recovery codes the user has left; undefined: there is no second factor. */
  async recoveryCodesLeft(userId: string): Promise<number | undefined> {
    return (await this.#realm.of(secondFactors).get(userId))?.recoveryCodes.length;
  }

  /**
   * Makes it the user's second factor, once a code of it is shown. That code is used up by it.
   * @param replacing one that the user has already
   */
  async enrol(
    by: Actor,
    userId: string,
    shown: { readonly seed: string; readonly code: string },
    { replacing = false, ...owner }: { readonly replacing?: boolean } & ByOwner = {},
  ): Promise<Enrolled> {
    const at = now();
    const lastStep = stepOf(shown.seed, readTypedCode(shown.code), at);
    if (lastStep === undefined) return { kind: 'wrong-code' };
    const recoveryCodes = newRecoveryCodes();
    const factor: SecondFactor = {
      id: userId,
      seed: shown.seed,
      enrolledAt: at,
      lastStep,
      recoveryCodes: this.#hashed(userId, recoveryCodes),
      recoveryCodesMadeAt: at,
    };
    const changed = await this.#change(by, userId, {
      happened: replacing ? 'second-factor-replaced' : 'second-factor-enrolled',
      after: (user) => ({ ...user, secondFactorSince: at }),
      writes: [replacing ? put(secondFactors, factor) : insert(secondFactors, factor)],
      owner,
    });
    if (changed.ok) {
      // Wrong codes of a factor that is gone must not keep its owner from this one.
      const delays = await this.#throttle.delaysOf(codesOf(userId));
      await Promise.all(delays.map((delay) => this.#throttle.lift(delay)));
      return { kind: 'ok', recoveryCodes, ...changed.value };
    }
    return { kind: changed.code === 'conflict' ? 'already' : 'moved' };
  }

  /** Takes it away, with its recovery codes. False: there was none, or somebody else was faster. */
  async remove(by: Actor, userId: string, owner: ByOwner = {}): Promise<boolean> {
    const changed = await this.#change(by, userId, {
      happened: 'second-factor-removed',
      after: ({ secondFactorSince: _, ...user }) => user,
      writes: [remove(secondFactors, userId)],
      owner,
    });
    return changed.ok;
  }

  /** Ten new recovery codes, in the clear for the only time; the ones before open nothing any more. Undefined: no second factor. */
  async renewRecoveryCodes(by: Actor, userId: string): Promise<readonly string[] | undefined> {
    const renewOnce = async (): Promise<readonly string[] | 'gone' | 'changed'> => {
      const factor = await this.#realm.of(secondFactors).get(userId);
      if (!factor) return 'gone';
      const codes = newRecoveryCodes();
      const { version, ...before } = factor;
      const after = { ...before, recoveryCodes: this.#hashed(userId, codes), recoveryCodesMadeAt: now() };
      const event = this.#event('recovery-codes-renewed', userId);
      const outcome = await this.#recorder.record(by, event, [replace(secondFactors, after, version)]);
      return outcome.ok ? codes : 'changed';
    };
    const renewed = await retryOnConflict(renewOnce, (each) => each === 'changed', { most: MOST_TRIES });
    return typeof renewed === 'string' ? undefined : renewed;
  }

  /**
   * Whether this is a code of the user's app that was not shown before, or a recovery code that is left; it is used up then,
   * and of many at once one gets it. Throttled by user, by a rule of its own: whoever gets here knows the password, so nobody else can
   * keep the owner out.
   */
  async verify(by: Actor, userId: string, typed: string, address: string): Promise<CodeOutcome> {
    const attempt = await this.#throttle.attemptCode(userId, address);
    if (!attempt.ok)
      return { kind: 'throttled', retryAfterSeconds: Math.max(1, Math.ceil((attempt.until - now()) / 1000)) };
    let outcome: CodeOutcome;
    try {
      outcome = await this.#take(by, userId, typed);
    } catch (error) {
      await attempt.withdrawn();
      throw error;
    }
    if (outcome.kind === 'ok') await attempt.succeeded();
    else if (outcome.kind === 'none') await attempt.withdrawn();
    return outcome;
  }

  async #take(by: Actor, userId: string, typed: string): Promise<CodeOutcome> {
    const kept = this.#realm.of(secondFactors);
    // Each conflict means that another request used up a code or the step, so this loop ends.
    for (;;) {
      const factor = await kept.get(userId);
      if (!factor) return { kind: 'none' };
      const { version, ...before } = factor;
      const recovery = this.#recoveryIn(factor, typed);
      if (recovery !== undefined) {
        const recoveryCodes = before.recoveryCodes.filter((hash) => hash !== recovery);
        const event = this.#event('recovery-code-used', userId);
        const after = { ...before, recoveryCodes };
        const outcome = await this.#recorder.record(by, event, [replace(secondFactors, after, version)]);
        if (outcome.ok) return { kind: 'ok', recoveryCodesLeft: recoveryCodes.length };
      } else {
        const step = stepOf(factor.seed, readTypedCode(typed), now());
        if (step === undefined) return { kind: 'wrong-code' };
        if (step <= factor.lastStep) return { kind: 'used-code' };
        if ((await kept.replace({ ...before, lastStep: step }, version)).ok) return { kind: 'ok' };
      }
    }
  }

  #recoveryIn({ id, recoveryCodes }: SecondFactor, typed: string): string | undefined {
    const code = readRecoveryCode(typed);
    if (code === undefined) return undefined;
    const hash = this.#hash(id, code);
    return recoveryCodes.find((kept) => kept === hash);
  }

  #hashed(userId: string, codes: readonly string[]): string[] {
    return codes.map((code) => this.#hash(userId, readRecoveryCode(code) ?? code));
  }

  /** A change of the user with what goes with it, by which everything of theirs ends but what survives. */
  async #change(by: Actor, userId: string, change: SecondFactorChange): Promise<SecondFactorChanged> {
    const changeOnce = async (): Promise<SecondFactorChanged & { readonly isFinal?: boolean }> => {
      const user = await this.#realm.of(users).get(userId);
      if (!user) return { ok: false, code: 'missing', isFinal: true };
      const { version, ...before } = user;
      const { epoch, surviving = nothing } = change.owner;
      if (epoch !== undefined && signOutEpochOf(before) !== epoch) {
        return { ok: false, code: 'changed', isFinal: true };
      }
      const signedOutAt = nextSignOutEpoch(before);
      const after = { ...change.after(before), signedOutAt };
      const event = {
        ...this.#event(change.happened, userId),
        at: signedOutAt,
        before: auditedOf(users, before),
        after: auditedOf(users, after),
      };
      const outcome = await this.#recorder.record(by, event, [
        ...change.writes,
        replace(users, after, version),
        ...(await surviving(before, after)),
      ]);
      if (outcome.ok) return { ok: true, value: { user: { ...after, version: version + 1 } } };
      // The factor itself: there is one already, or there is none.
      const isFinal = outcome.refusedBy === 'guard' || outcome.write < change.writes.length;
      return { ok: false, code: codeOf(outcome), isFinal };
    };
    return retryOnConflict(changeOnce, ({ ok, isFinal }) => !ok && isFinal !== true, { most: MOST_TRIES });
  }

  #event(happened: string, id: string): Pick<Event, 'kind' | 'realm' | 'subject'> {
    return { kind: `user.${happened}`, realm: this.#recorder.realm, subject: { kind: 'user', id } };
  }
}

interface SecondFactorChange {
  readonly happened: string;
  readonly after: (user: User) => User;
  /** The writes of the second factor; if they are refused, another try is useless. */
  readonly writes: readonly Write[];
  readonly owner: ByOwner;
}

type SecondFactorChanged =
  | { readonly ok: true; readonly value: { readonly user: Stored<User> } }
  | { readonly ok: false; readonly code: string };

const codeOf = (outcome: RecordOutcome & { readonly ok: false }): string => outcome.refusal.code;
