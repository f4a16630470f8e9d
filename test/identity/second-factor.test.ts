import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { now } from '../../src/base/clock.js';
import { caches } from '../../src/changes/caching/caches.js';
import { changeMarker, changeMarkers } from '../../src/changes/caching/change-marker.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { personalKeys } from '../../src/changes/personal/personal-keys.js';
import { changeRecorder } from '../../src/changes/change-recorder.js';
import { type CodeOutcome, SecondFactorService } from '../../src/identity/second-factor/second-factor-service.js';
import { secondFactors } from '../../src/identity/second-factor/second-factor.js';
import type { Throttle } from '../../src/identity/throttling/throttle.js';
import { AUTHENTICATORS } from '../../src/sign-in/authenticators/authenticators.js';
import { secondFactorsIn } from '../../src/sign-in/authenticators/second-factors.js';
import { newSeed } from '../../src/sign-in/authenticators/totp/totp-codes.js';
import { indexOf } from '../../src/identity/users/user-index.js';
import { users } from '../../src/identity/users/user.js';
import { engines, type OpenedEngine } from '../storage/engines.js';
import { Authenticator } from '../support/authenticator.js';
import { temporaryBox } from '../support/store.js';
import { hardwareToken, numberOf } from '../sign-in/hardware-token/hardware-token.js';
import { by } from './identity-store.js';

/** Refuses nobody, so that every attempt of a race reaches the store. */
const unthrottled: Pick<Throttle, 'attemptCode' | 'delaysOf'> = {
  attemptCode: async () => ({ ok: true, succeeded: async () => undefined, withdrawn: async () => undefined }),
  delaysOf: async () => [],
};

describe.each(engines)('on %s:', (_name, open) => {
  let opened: OpenedEngine;
  let service: SecondFactorService;
  beforeAll(async () => {
    opened = await open([changeMarkers, personKeys, secondFactors, users]);
    const realm = opened.store.in('tests');
    const cached = caches(opened.store.installation);
    const personal = personalKeys(realm);
    const contributors = [changeMarker(cached)];
    const recorder = changeRecorder({ realm, caches: cached, personal, guards: [], contributors });
    const throttle = unthrottled as Throttle;
    const methods = [...secondFactorsIn(AUTHENTICATORS), hardwareToken];
    const keys = { pepper: randomBytes(32), box: temporaryBox() };
    service = new SecondFactorService({ realm, recorder, throttle, methods, ...keys });
  });
  afterAll(() => opened.close());

  async function someone(id: string): Promise<void> {
    const named = { username: id, profile: {}, assignments: [], blocks: [] };
    const at = now();
    await opened.store
      .in('tests')
      .of(users)
      .insert({
        ...named,
        id,
        createdAt: at,
        since: at,
        userstore: 'primary',
        emailVerified: false,
        attributes: [],
        ...indexOf(named, []),
      });
  }
  const twenty = <T>(each: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 20 }, each));
  const kinds = (outcomes: readonly { readonly kind: string }[]): string[] => outcomes.map(({ kind }) => kind).sort();
  const others = (kind: string): string[] => Array.from({ length: 19 }, () => kind);

  const verify = (id: string, code: string): Promise<CodeOutcome> =>
    service.verify(by, id, { methods: ['recovery-code', 'totp'], code }, '192.0.2.1');
  const codesLeft = async (id: string) => (await service.summaryOf(id))?.recoveryCodesLeft;

  async function enrolled(id: string): Promise<{ app: Authenticator; recoveryCodes: readonly string[] }> {
    await someone(id);
    const seed = newSeed();
    const app = new Authenticator({ ahead: () => 0 }, seed);
    // The code of the previous step, so that the current one is unused.
    const outcome = await service.enrol(by, id, { method: 'totp', secret: seed, code: app.code(-1) });
    if (outcome.kind !== 'ok') throw new Error(outcome.kind);
    return { app, recoveryCodes: outcome.recoveryCodes };
  }

  test('of 20 who show the same code at once, one is let in', async () => {
    const { app } = await enrolled('coded');
    const code = app.code(1);
    const outcomes = await twenty<CodeOutcome>(() => verify('coded', code));
    expect(kinds(outcomes)).toEqual(['ok', ...others('used-code')]);
  });

  test('is neither added nor taken away by who was signed out since they showed who they are', async () => {
    await enrolled('robbed');
    const { signedOutAt: epoch = 0 } = (await opened.store.in('tests').of(users).get('robbed')) ?? {};
    const seed = newSeed();
    const replace = (stale: number) =>
      service.enrol(
        by,
        'robbed',
        { method: 'totp', secret: seed, code: new Authenticator({ ahead: () => 0 }, seed).code() },
        { joining: true, epoch: stale },
      );
    expect(await replace(epoch - 1)).toEqual({ kind: 'moved' });
    expect(await service.remove(by, 'robbed', { epoch: epoch - 1 })).toBe(false);
    expect(await codesLeft('robbed')).toBe(10);
    expect((await replace(epoch)).kind).toBe('ok');
    expect(await service.remove(by, 'robbed', { epoch })).toBe(false);
  });

  test('of 20 who show the same recovery code at once, one is let in', async () => {
    const { recoveryCodes } = await enrolled('recovering');
    const [code = ''] = recoveryCodes;
    const outcomes = await twenty<CodeOutcome>(() => verify('recovering', code));
    expect(kinds(outcomes)).toEqual(['ok', ...others('wrong-code')]);
    expect(await codesLeft('recovering')).toBe(9);
  });

  test('ten at once with a recovery code each are all let in, and none is left', async () => {
    const { recoveryCodes } = await enrolled('ten');
    const outcomes = await Promise.all(recoveryCodes.map((code) => verify('ten', code)));
    expect(kinds(outcomes)).toEqual(Array.from({ length: 10 }, () => 'ok'));
    expect(await codesLeft('ten')).toBe(0);
  });

  test('of 20 enrolments at once, one counts', async () => {
    await someone('enrolling');
    const seed = newSeed();
    const code = new Authenticator({ ahead: () => 0 }, seed).code();
    const outcomes = await twenty(() => service.enrol(by, 'enrolling', { method: 'totp', secret: seed, code }));
    expect(outcomes.filter(({ kind }) => kind === 'ok')).toHaveLength(1);
  });

  test('of 20 first enrolments at once by two methods, one counts', async () => {
    await someone('choosing');
    const seed = newSeed();
    const app = { method: 'totp', secret: seed, code: new Authenticator({ ahead: () => 0 }, seed).code() };
    const token = { method: 'token', secret: 'key', code: numberOf('key', 0) };
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => service.enrol(by, 'choosing', i % 2 === 0 ? app : token)),
    );
    expect(outcomes.filter(({ kind }) => kind === 'ok')).toHaveLength(1);
    expect((await service.summaryOf('choosing'))?.methods).toHaveLength(1);
  });

  test('a second method joins the first only for who says that the first was shown', async () => {
    const { app } = await enrolled('joining');
    const token = { method: 'token', secret: 'key', code: numberOf('key', 0) };
    expect(await service.enrol(by, 'joining', token)).toEqual({ kind: 'already' });
    expect((await service.enrol(by, 'joining', token, { joining: true })).kind).toBe('ok');
    const shown = (method: string, code: string): Promise<CodeOutcome> =>
      service.verify(by, 'joining', { methods: [method], code }, '192.0.2.1');
    expect(await shown('token', numberOf('key', 1))).toEqual({ kind: 'ok', method: 'token' });
    expect(await shown('totp', app.code())).toEqual({ kind: 'ok', method: 'totp' });
    // The code of one method is not valid for another.
    expect(await shown('totp', numberOf('key', 2))).toEqual({ kind: 'wrong-code' });

    const userOf = () => opened.store.in('tests').of(users).get('joining');
    expect((await userOf())?.secondFactorMethods).toEqual(['totp', 'token']);
    expect([
      await service.removeMethod(by, 'joining', 'totp'),
      await service.removeMethod(by, 'joining', 'totp'),
    ]).toEqual([true, false]);
    expect([await shown('totp', app.code(1)), (await userOf())?.secondFactorMethods]).toEqual([
      { kind: 'none' },
      ['token'],
    ]);
    expect(await service.removeMethod(by, 'joining', 'token')).toBe(true);
    expect([await codesLeft('joining'), (await userOf())?.secondFactorSince]).toEqual([undefined, undefined]);
  });

  test('new recovery codes end those before, and a removal ends all', async () => {
    const { app, recoveryCodes } = await enrolled('renewing');
    const renewed = (await service.renewRecoveryCodes(by, 'renewing')) ?? [];
    const shown = async (code = ''): Promise<string> => (await verify('renewing', code)).kind;
    expect([await shown(recoveryCodes[0]), await shown(renewed[0])]).toEqual(['wrong-code', 'ok']);
    expect([await service.remove(by, 'renewing'), await service.remove(by, 'renewing')]).toEqual([true, false]);
    expect([await shown(app.code()), await shown(renewed[1])]).toEqual(['none', 'none']);
    expect((await opened.store.in('tests').of(users).get('renewing'))?.secondFactorSince).toBeUndefined();
  });
});
