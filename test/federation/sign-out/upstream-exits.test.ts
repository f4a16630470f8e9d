import { afterEach, expect, jest, test } from '@jest/globals';
import { hours, seconds } from '../../../src/base/clock.js';
import { secretBox } from '../../../src/base/crypto/secret-box.js';
import type { RedirectConnector, UpstreamSignOutRequest } from '../../../src/federation/contract/redirect-connector.js';
import { upstreamExits } from '../../../src/federation/sign-out/upstream-exits.js';
import { upstreamName } from '../../../src/sessions/proof.js';

const BYE = 'https://shop.test/bye';
const session = { begunBy: { connector: 'partner', account: upstreamName('partner', 'ada') }, signOutHint: 'hint' };
const asked: UpstreamSignOutRequest[] = [];

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
  return upstreamExits({
    realm,
    box: secretBox([{ id: '0001', key: Buffer.alloc(32, 7) }]),
    redirects: () =>
      Promise.resolve([
        { id: 'partner', displayName: 'Partner Inc.', domains: [], enforces: [], levels: [], connector },
      ]),
  });
};
const stateOf = async (returnTo?: string): Promise<string> => {
  await exitsWith('always').of(session, returnTo);
  return asked.at(-1)?.state ?? '';
};

afterEach(() => {
  jest.useRealTimers();
});

test('the upstream gets what its connector kept', async () => {
  expect(await exitsWith('always').of(session, BYE)).toMatchObject({ when: 'always', displayName: 'Partner Inc.' });
  expect(asked.at(-1)).toMatchObject({ hint: 'hint' });
  expect(asked.at(-1)?.state).not.toContain('shop.test');
});

test('no question comes between a sign-out and an application that waits', async () => {
  const before = asked.length;
  expect(await exitsWith('ask').of(session, BYE)).toBeUndefined();
  expect(asked.length).toBe(before);
  expect(await exitsWith('ask').of(session, undefined)).toMatchObject({ when: 'ask' });
});

test('a session that another connector began, or none, goes nowhere', async () => {
  const other = { begunBy: { connector: 'other', account: upstreamName('other', 'ada') } };
  for (const began of [other, {}]) expect(await exitsWith('always').of(began, undefined)).toBeUndefined();
});

test('an address that does not fit into a state goes without the upstream', async () => {
  expect(await exitsWith('always').of(session, `${BYE}?${'x'.repeat(2000)}`)).toBeUndefined();
});

test('a state counts for an hour, in its realm, for its connector', async () => {
  const state = await stateOf(BYE);
  expect(exitsWith('always').back('partner', state)).toEqual({ returnTo: BYE });
  expect(exitsWith('always').back('partner', await stateOf())).toEqual({});
  expect(exitsWith('always').back('other', state)).toBeUndefined();
  expect(exitsWith('always', 'other').back('partner', state)).toBeUndefined();
  jest.useFakeTimers({ now: Date.now() + hours(1) - seconds(5) });
  expect(exitsWith('always').back('partner', state)).toEqual({ returnTo: BYE });
  jest.setSystemTime(Date.now() + seconds(5));
  expect(exitsWith('always').back('partner', state)).toBeUndefined();
});
