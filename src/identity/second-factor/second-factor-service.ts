import { retryOnConflict } from '../../base/retry-on-conflict.js';
import { type Instant, now } from '../../base/clock.js';
import type { SecretBox } from '../../base/crypto/secret-box.js';
import type { Actor } from '../../changes/actor.js';
import type { Recorder } from '../../changes/change-recorder.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { insert, remove, removeAt, replace } from '../../storage/write.js';
import { codesOf, type Throttle } from '../throttling/throttle.js';
import type { User } from '../users/user.js';
import { type ByOwner, changeSecondFactor, secondFactorEvent, type SecondFactorPlan } from './change-second-factor.js';
import { checkCode } from './check-code.js';
import { type EnrolledAt, type Enrolment, type Enrolments, enrolments } from './enrolment.js';
import { factorDigest } from './factor-digest.js';
import { hashedRecoveryCode, newRecoveryCodes } from './recovery-codes.js';
import { secondFactors, type SecondFactor } from './second-factor.js';
import type { FactorContext, SecondFactorMethod } from './second-factor-method.js';
import { factorIn, methodsIn, withFactor, withoutFactor } from './stored-factors.js';

/** The result of checking a typed code. */
export type CodeOutcome =
  /** `method`: whose code it was. */
  | { readonly kind: 'ok'; readonly method: string }
  | { readonly kind: 'wrong-code' }
  /** Correct but used before, by the user or by somebody who observed it. */
  | { readonly kind: 'used-code' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** The user no longer has a second factor of these methods. */
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

/** The second factor of a user, as its owner may see it. */
export interface SecondFactorSummary {
  readonly methods: readonly string[];
  readonly recoveryCodesLeft: number;
}

const unthrottled = { ok: true, succeeded: async () => undefined, withdrawn: async () => undefined } as const;

const MOST_TRIES = 5;

/** Second factors. Each change is an event of its user, in one commit, and ends all other sessions of that user. */
export class SecondFactorService {
  readonly #realm: Realm;
  readonly #recorder: Recorder;
  readonly #throttle: Throttle;
  readonly #digestOf: (userId: string) => FactorContext['digest'];
  readonly #enrolments: Enrolments;
  readonly #methods: ReadonlyMap<string, SecondFactorMethod>;

  constructor(parts: {
    readonly realm: Realm;
    readonly recorder: Recorder;
    readonly throttle: Throttle;
    /** The secret without which recovery codes cannot be tried against the store. */
    readonly pepper: Buffer;
    readonly box: SecretBox;
    /** Every method that counts. Another stored method opens nothing. */
    readonly methods: readonly SecondFactorMethod[];
  }) {
    this.#realm = parts.realm;
    this.#recorder = parts.recorder;
    this.#throttle = parts.throttle;
    this.#digestOf = factorDigest(parts.pepper);
    this.#enrolments = enrolments(parts.realm.id, parts.box);
    this.#methods = new Map(parts.methods.map((method) => [method.method, method]));
  }

  /** The user's methods and recovery codes; undefined: there is no second factor. */
  async summaryOf(userId: string): Promise<SecondFactorSummary | undefined> {
    const stored = await this.#realm.of(secondFactors).get(userId);
    return stored && { methods: methodsIn(stored), recoveryCodesLeft: stored.recoveryCodes.length };
  }

  /** An enrolment with a new secret, which {@link enrol} confirms. */
  beginEnrolment(at: EnrolledAt): Enrolment {
    const enrolment = this.#methods.get(at.method)?.enrolment;
    if (!enrolment) throw new Error(`Nobody can enrol the method ${at.method}.`);
    return this.#enrolments.begin(at, enrolment.newSecret());
  }

  /** The same enrolment again, from what its form carried; undefined if it began elsewhere or too long ago. */
  readEnrolment(at: EnrolledAt, carried: string): Enrolment | undefined {
    return this.#enrolments.read(at, carried);
  }

  /**
   * Enrols a method for the user, once a code of it is shown. The code is used up by it, and the user gets new recovery codes.
   * @param joining the user has a second factor and has shown it: this method joins it, or replaces what the user has of this
   * method. Otherwise it must be the first: a password alone adds no second one.
   */
  async enrol(
    by: Actor,
    userId: string,
    shown: { readonly method: string; readonly secret: string; readonly code: string },
    { joining = false, ...owner }: { readonly joining?: boolean } & ByOwner = {},
  ): Promise<Enrolled> {
    const { method, secret, code } = shown;
    const context = this.#contextOf(userId);
    const data = this.#methods.get(method)?.enrolment?.confirm(secret, code, context);
    if (data === undefined) return { kind: 'wrong-code' };
    const recoveryCodes = newRecoveryCodes();
    const renewed = this.#stored(recoveryCodes, context);
    const enrolled = { method, enrolledAt: context.at, secret, data };
    const plan = (stored: Stored<SecondFactor> | undefined): SecondFactorPlan => {
      const { version, ...before } = stored ?? { id: userId, others: [] };
      const factor = withFactor({ ...before, ...renewed }, enrolled);
      return {
        happened: stored && factorIn(stored, method) ? 'second-factor-replaced' : 'second-factor-enrolled',
        after: (user) => ({
          ...user,
          secondFactorSince: context.at,
          secondFactorMethods: [...methodsIn(factor)],
        }),
        write: version === undefined ? insert(secondFactors, factor) : replace(secondFactors, factor, version),
      };
    };
    const changed = await changeSecondFactor(this.#parts, by, userId, { owner, reads: joining, plan });
    if (!changed.ok) return { kind: changed.code === 'conflict' ? 'already' : 'moved' };
    // Wrong codes of the previous factor must not lock the owner out of the new one.
    const delays = await this.#throttle.delaysOf(codesOf(userId));
    await Promise.all(delays.map((delay) => this.#throttle.lift(delay)));
    return { kind: 'ok', recoveryCodes, user: changed.user };
  }

  /** Removes the whole second factor and its recovery codes. False if there was none, or a concurrent change won. */
  async remove(by: Actor, userId: string, owner: ByOwner = {}): Promise<boolean> {
    const plan = (): SecondFactorPlan => ({
      happened: 'second-factor-removed',
      after: withoutSecondFactor,
      write: remove(secondFactors, userId),
    });
    return (await changeSecondFactor(this.#parts, by, userId, { owner, reads: false, plan })).ok;
  }

  /** Removes one method, and with the last one all. False if the user did not have it, or a concurrent change won. */
  async removeMethod(by: Actor, userId: string, method: string, owner: ByOwner = {}): Promise<boolean> {
    const plan = (stored: Stored<SecondFactor> | undefined): SecondFactorPlan | undefined => {
      if (!stored || !methodsIn(stored).includes(method)) return undefined;
      const { version, ...before } = stored;
      const factor = withoutFactor(before, method);
      const left = methodsIn(factor);
      return {
        happened: 'second-factor-removed',
        after: (user) => (left.length > 0 ? { ...user, secondFactorMethods: [...left] } : withoutSecondFactor(user)),
        write: left.length > 0 ? replace(secondFactors, factor, version) : removeAt(secondFactors, userId, version),
      };
    };
    return (await changeSecondFactor(this.#parts, by, userId, { owner, reads: true, plan })).ok;
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
      const after = { ...before, ...this.#stored(codes, this.#contextOf(userId)) };
      const event = secondFactorEvent(this.#recorder, 'recovery-codes-renewed', userId);
      const outcome = await this.#recorder.record(by, event, [replace(secondFactors, after, version)]);
      return outcome.ok ? codes : 'changed';
    };
    const renewed = await retryOnConflict(renewOnce, (each) => each === 'changed', { most: MOST_TRIES });
    return typeof renewed === 'string' ? undefined : renewed;
  }

  /**
   * Checks an unused code of one of these methods, and uses it up; of concurrent attempts one succeeds. Codes that can be guessed
   * have a throttle rule of their own, by user and for all methods together. Only somebody who knows the password gets here, so
   * nobody else can lock the owner out.
   */
  async verify(
    by: Actor,
    userId: string,
    typed: { readonly methods: readonly string[]; readonly code: string },
    address: string,
  ): Promise<CodeOutcome> {
    const methods = typed.methods.flatMap((method) => this.#methods.get(method) ?? []);
    const isThrottled = methods.some(({ throttle }) => throttle === 'codes');
    const attempt = isThrottled ? await this.#throttle.attemptCode(userId, address) : unthrottled;
    if (!attempt.ok) return { kind: 'throttled', retryAfterSeconds: secondsUntil(attempt.until) };
    let outcome: CodeOutcome;
    try {
      outcome = await this.#take(by, userId, methods, typed.code);
    } catch (error) {
      await attempt.withdrawn();
      throw error;
    }
    if (outcome.kind === 'ok') await attempt.succeeded();
    else if (outcome.kind === 'none') await attempt.withdrawn();
    return outcome;
  }

  async #take(by: Actor, userId: string, methods: readonly SecondFactorMethod[], code: string): Promise<CodeOutcome> {
    const collection = this.#realm.of(secondFactors);
    // Each conflict means that another request used up a code, so this loop ends.
    for (;;) {
      const stored = await collection.get(userId);
      if (!stored) return { kind: 'none' };
      const { version, ...before } = stored;
      const check = checkCode(before, methods, code, this.#contextOf(userId));
      if (check.kind !== 'ok') return check;
      const after = withFactor(before, check.after);
      const outcome =
        check.happened === undefined
          ? await collection.replace(after, version)
          : await this.#recorder.record(by, secondFactorEvent(this.#recorder, check.happened, userId), [
              replace(secondFactors, after, version),
            ]);
      if (outcome.ok) return { kind: 'ok', method: check.after.method };
    }
  }

  get #parts() {
    return { realm: this.#realm, recorder: this.#recorder };
  }

  #contextOf(userId: string): FactorContext {
    return { at: now(), digest: this.#digestOf(userId) };
  }

  /** Recovery codes as they are stored. */
  #stored(codes: readonly string[], { at, digest }: FactorContext) {
    return { recoveryCodes: codes.map((code) => hashedRecoveryCode(code, digest)), recoveryCodesMadeAt: at };
  }
}

const withoutSecondFactor = ({ secondFactorSince: _since, secondFactorMethods: _methods, ...user }: User): User => user;

const secondsUntil = (at: Instant): number => Math.max(1, Math.ceil((at - now()) / 1000));
