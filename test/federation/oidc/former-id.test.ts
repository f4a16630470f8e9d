/** The id by which people were known before comes along with the one that counts. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connectorTo, signIn } from './connector.js';
import { type LyingProvider, startLyingProvider } from './lying-provider.js';

let provider: LyingProvider;
beforeAll(async () => {
  provider = await startLyingProvider();
});
beforeEach(() => provider.tellsTheTruth());
afterAll(() => provider.pause());

const idsOf = async (claims: object, subject = { id: ['employee'], formerId: ['sub'] }) => {
  provider.lies.claims = (honest) => ({ ...honest, ...claims });
  const outcome = await signIn(connectorTo(provider, { subject }), provider.browser);
  if (outcome.kind !== 'ok') return outcome;
  const { subject: id, subjectBy, otherSubject, otherBy } = outcome.identity;
  return { id, subjectBy, otherSubject, otherBy };
};

test('both are told, and which is which', async () => {
  expect(await idsOf({ employee: '007' })).toEqual({
    id: '007',
    subjectBy: 'employee',
    otherSubject: 'user-1',
    otherBy: 'sub',
  });
  const back = { id: ['sub'], formerId: ['employee', 'tid'] };
  const ids = { id: 'user-1', otherSubject: '007:one', otherBy: 'employee tid' };
  expect(await idsOf({ employee: '007', tid: 'one' }, back)).toEqual(ids);
});

test('without the claims of the former id, nobody was known by it', async () => {
  const subject = { id: ['sub'], formerId: ['tid', 'oid'] };
  expect(await idsOf({ tid: 'one' }, subject)).toEqual({ id: 'user-1' });
});

test('without the claim of the id that counts, nobody is signed in', async () => {
  expect(await idsOf({})).toMatchObject({ kind: 'upstream-error', reason: 'subject-invalid' });
});

test.each([
  ['an empty one', ''],
  ['no text', 7],
])('a former id that is %s is refused', async (_what, value) => {
  const subject = { id: ['sub'], formerId: ['legacy'] };
  expect(await idsOf({ legacy: value }, subject)).toMatchObject({ reason: 'subject-invalid' });
});

test('a refresh token is for a user whom a link still knows by the former id', async () => {
  provider.lies.claims = (honest) => ({ ...honest, employee: '007' });
  const subject = { id: ['employee'], formerId: ['sub'] };
  const connector = connectorTo(provider, { subject, connection: { keepRefreshTokens: true } });
  expect(await connector.refresh?.('user-1', 'token')).toMatchObject({ kind: 'found', identity: { subject: '007' } });
  expect(await connector.refresh?.('user-2', 'token')).toMatchObject({ reason: 'refresh-subject' });
});
