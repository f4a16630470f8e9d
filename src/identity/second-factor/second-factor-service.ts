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
  /** `recoveryCodesLeft`: it was a recovery code, and this many are left. */
  | { readonly kind: 'ok'; readonly recoveryCodesLeft?: number }
  | { readonly kind: 'wrong-code' }
  /** Correct but used before, by the user or by somebody who observed it. */
  | { readonly kind: 'used-code' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** The user no longer has a second factor. */
  | { readonly kind: 'none' };

export type Enrolled =
  | {
      readonly kind: 'ok';
      /** The current state. */
      readonly user: Stored<User>;
      /** In plain text, shown once. */
      readonly recoveryCodes: readonly string[];
    }
  | { readonly kind: 'wrong-code' }
  /** There is one already, enrolled meanwhile in another tab or by somebody else. */
  | { readonly kind: 'already' }
  /** Concurrent changes of the user won repeatedly, or the user was signed out. */
  | { readonly kind: 'moved' };

/** Parameters of a change by the owner. */
export interface ByOwner {
  /** The user's epoch when they authenticated; in another epoch the change is refused. */
  readonly epoch?: SignOutEpoch;
  /** The writes that keep the current session while all others of the user end. */
  readonly surviving?: Surviving;
}
const nothing: Surviving = async () => [];

const MOST_TRIES = 5;

/** Second factors. Each change is an event of its user, in one commit, and ends all other sessions of that user. */
export class SecondFactorService {
  readonly #realm: Realm;
  readonly #recorder: Recorder;
  readonly #throttle: Throttle;
  readonly #hash: RecoveryHash;
  /** Enrolments in progress, which {@link enrol} confirms. */
  readonly enrolments: Enrolments;

  constructor(parts: {
    readonly realm: Realm;
    readonly recorder: Recorder;
    readonly throttle: Throttle;
    /** The secret without which recovery codes cannot be tried against the store. */
    readonly pepper: Buffer;
    readonly box: SecretBox;
  }) {
    this.#realm = parts.realm;
    this.#recorder = parts.recorder;
    this.#throttle = parts.throttle;
    this.#hash = recoveryHash(parts.pepper);
    this.enrolments = enrolments(parts.realm.id, parts.box);
  }

  /** The number of recovery codes left; undefined without a second factor. */
  async recoveryCodesLeft(userId: string): Promise<number | undefined> {
    return (await this.#realm.of(secondFactors).get(userId))?.recoveryCodes.length;
  }

  /**
   * Stores the enrolled second factor once a code confirms it. That code is then used up.
   * @param replacing the user's existing factor
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
      // Wrong codes of the previous factor must not lock the owner out of the new one.
      const delays = await this.#throttle.delaysOf(codesOf(userId));
      await Promise.all(delays.map((delay) => this.#throttle.lift(delay)));
      return { kind: 'ok', recoveryCodes, ...changed.value };
    }
    return { kind: changed.code === 'conflict' ? 'already' : 'moved' };
  }

  /** Removes the second factor and its recovery codes. False if there was none, or a concurrent change won. */
  async remove(by: Actor, userId: string, owner: ByOwner = {}): Promise<boolean> {
    const changed = await this.#change(by, userId, {
      happened: 'second-factor-removed',
      after: ({ secondFactorSince: _, ...user }) => user,
      writes: [remove(secondFactors, userId)],
      owner,
    });
    return changed.ok;
  }

  /**
   * Creates ten new recovery codes, returned in plain text once; the previous ones stop working. Undefined without a second
   * factor.
   */
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
   * Checks a code of the user's app that was not used before, or a remaining recovery code, and uses it up; of concurrent
   * attempts one succeeds. Throttled by user, with a rule of its own: only somebody who knows the password gets here, so nobody
   * else can lock the owner out.
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

  /** Changes the user and ends all of their sessions except the surviving ones, in one commit. */
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
      // The factor itself conflicts: there is one already, or there is none.
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
  /** The writes of the second factor; if they are refused, another attempt is useless. */
  readonly writes: readonly Write[];
  readonly owner: ByOwner;
}

type SecondFactorChanged =
  | { readonly ok: true; readonly value: { readonly user: Stored<User> } }
  | { readonly ok: false; readonly code: string };

const codeOf = (outcome: RecordOutcome & { readonly ok: false }): string => outcome.refusal.code;
