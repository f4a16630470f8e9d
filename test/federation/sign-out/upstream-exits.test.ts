import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hours, now } from '../../../src/base/clock.js';
import { hashOf } from '../../../src/base/crypto/hash-of.js';
import type { RedirectConnector, UpstreamSignOutRequest } from '../../../src/federation/contract/redirect-connector.js';
import { upstreamExits } from '../../../src/federation/sign-out/upstream-exits.js';
import { upstreamReturns } from '../../../src/federation/sign-out/upstream-return.js';
import { upstreamName } from '../../../src/sessions/proof.js';
import type { Store } from '../../../src/storage/store.js';
import { engines } from '../../storage/engines.js';

const BYE = 'https://shop.test/bye';
const session = { begunBy: { connector: 'partner', account: upstreamName('partner', 'ada') }, signOutHint: 'hint' };

describe.each(engines)('a sign-out that goes on, on %s,', (_name, open) => {
  const asked: UpstreamSignOutRequest[] = [];
  let store: Store;
  let opened: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    opened = await open([upstreamReturns]);
    ({ store } = opened);
  });
  afterAll(() => opened.close());

  const exitsWith = (when: 'ask' | 'always', realm = 'default') => {
    const connector: RedirectConnector = {
      ...{ signsInBy: 'redirect', id: 'partner' },
      begin: () => Promise.resolve({ kind: 'begun', url: 'https://upstream.test', kept: '' }),
      complete: () => Promise.resolve({ kind: 'denied' }),
      signOut: {
        when,
        address: (request) => {
          asked.push(request);
          return Promise.resolve({ url: `https://upstream.test/end?state=${request.state}` });
        },
      },
      test: () => Promise.resolve([]),
      health: () => ({ state: 'unknown' }),
      close: () => Promise.resolve(),
    };
    const offered = { id: 'partner', displayName: 'Partner Inc.', domains: [], enforces: [], levels: [], connector };
    return upstreamExits({ realm: store.in(realm), redirects: () => Promise.resolve([offered]) });
  };
  const stateOf = async (returnTo?: string): Promise<string> => {
    await exitsWith('always').of(session, returnTo);
    return asked.at(-1)?.state ?? '';
  };

  test('gives the upstream what its connector kept, and a state that says nothing', async () => {
    expect(await exitsWith('always').of(session, BYE)).toMatchObject({ when: 'always', displayName: 'Partner Inc.' });
    expect(asked.at(-1)).toMatchObject({ hint: 'hint' });
    expect(asked.at(-1)?.state.length).toBeLessThanOrEqual(80);
  });

  test('lets no question come between a sign-out and an application that waits', async () => {
    const before = asked.length;
    expect(await exitsWith('ask').of(session, BYE)).toBeUndefined();
    expect(asked.length).toBe(before);
    expect(await exitsWith('ask').of(session, undefined)).toMatchObject({ when: 'ask' });
  });

  test('goes nowhere for a session that another connector began, or none', async () => {
    const other = { begunBy: { connector: 'other', account: upstreamName('other', 'ada') } };
    for (const began of [other, {}]) expect(await exitsWith('always').of(began, undefined)).toBeUndefined();
  });

  test('goes nowhere for an address that is too long', async () => {
    expect(await exitsWith('always').of(session, `${BYE}?${'x'.repeat(2000)}`)).toBeUndefined();
  });

  test('comes back once, within an hour, in its realm, by its connector', async () => {
    const state = await stateOf(BYE);
    expect(await exitsWith('always').back('other', state)).toBeUndefined();
    expect(await exitsWith('always', 'other').back('partner', state)).toBeUndefined();
    const twice = await Promise.all([1, 2].map(() => exitsWith('always').back('partner', state)));
    expect(twice.filter((each) => each !== undefined)).toEqual([{ returnTo: BYE }]);
    expect(await exitsWith('always').back('partner', await stateOf())).toEqual({});
    expect(await exitsWith('always').back('partner', 'made up')).toBeUndefined();
    const last = await store
      .in('default')
      .of(upstreamReturns)
      .get(hashOf(await stateOf(BYE)));
    expect((last?.expiresAt ?? 0) - now()).toBeLessThanOrEqual(hours(1));
  });
});
