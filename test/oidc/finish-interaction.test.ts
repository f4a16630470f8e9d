/** Authorization requests that a person has finished: what is kept of the result, and of the consent. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Provider } from 'oidc-provider';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { interactions } from '../../src/oidc/interactions/interaction-document.js';
import { grants } from '../../src/sessions/grants/grant.js';
import type { Missing } from '../../src/sign-in/flow/facts.js';
import type { SignInResult } from '../../src/sign-in/interaction.js';
import { builtProvider } from './built-provider.js';
import { koaContext } from './koa-context.js';
import { IN_SESSION, requestWith, UID, type WaitingRequests, waitingRequests } from './waiting-request.js';

let provider: Provider;
beforeAll(async () => {
  provider = await builtProvider();
});

let browser: WaitingRequests;
beforeEach(async () => {
  browser = await waitingRequests(provider);
});
afterEach(() => browser.close());

/** The result that was stored, after a visit finished the request so. */
async function finished(result: SignInResult): Promise<Record<string, unknown>> {
  const interaction = await browser.found();
  const sent = requestWith();
  const goesOn = await browser.inVisit(async (port, { req, res }) => {
    await port.read(req, res, UID);
    return port.finish(interaction, result);
  }, sent);
  expect(goesOn).toBe('/auth/uid');
  const { payload } = (await browser.realm.of(interactions).get(hashOf(UID))) ?? { payload: '{}' };
  return (JSON.parse(payload) as { result: Record<string, unknown> }).result;
}
const signedIn = (userId: string): SignInResult => ({
  kind: 'signed-in',
  userId,
  startedAt: 1,
  signOutEpoch: 1,
  proofs: [{ method: 'pwd', at: 5000 }],
});

describe('a request that is finished', () => {
  test('by a sign-in says who it was, when and how', async () => {
    await browser.waits();
    expect(await finished(signedIn('ada'))).toMatchObject({ login: { accountId: 'ada', ts: 5, amr: ['pwd'] } });
  });

  test('by a sign-in keeps what the same user chose before, and nothing of another user', async () => {
    await browser.waits({ ...IN_SESSION, lastSubmission: { chosen: {} } });
    expect(await finished(signedIn('ada'))).toMatchObject({ chosen: {}, login: { accountId: 'ada' } });
    expect(await finished(signedIn('bob'))).not.toHaveProperty('chosen');
  });

  test('goes on from a result that its browser has not followed yet, unless that was a refusal', async () => {
    await browser.waits({ ...IN_SESSION, lastSubmission: { chosen: {} }, result: { consent: { grantId: 'g' } } });
    expect(await finished({ kind: 'unchanged' })).toEqual({ consent: { grantId: 'g' } });
    expect(await finished({ kind: 'refused', error: 'access_denied' })).toEqual({ error: 'access_denied' });
    expect(await finished({ kind: 'unchanged' })).toEqual({ chosen: {} });
  });

  test('only by the browser that read it', async () => {
    await browser.waits();
    const interaction = await browser.found();
    const finishing = browser.inVisit((port) => port.finish(interaction, { kind: 'chosen' }), koaContext());
    await expect(finishing).rejects.toThrow('finished by the request that read it');
  });
});

describe('consent', () => {
  const GRANTED: Missing = { scopes: ['openid'], claims: [], resourceScopes: {} };
  const REQUESTED: Missing = { ...GRANTED, scopes: ['openid', 'email'] };
  const waitsForConsent = (params: object = {}) =>
    browser.waits({
      ...IN_SESSION,
      params: { client_id: 'shop', ...params },
      prompt: { name: 'consent', details: { missing: GRANTED, requested: REQUESTED, clientMade: 1 } },
    });
  const consentOf = () => browser.consentService.get('ada', { id: 'shop', createdAt: 1 });

  test('becomes a grant of what was consented to, and is remembered', async () => {
    await waitsForConsent();
    const { consent } = await finished({ kind: 'consented', granted: GRANTED });
    const { grantId } = consent as { grantId: string };
    expect(await browser.realm.of(grants).get(grantId)).toMatchObject({
      userId: 'ada',
      clientId: 'shop',
      sessionUid: 's',
    });
    expect(await consentOf()).toMatchObject({ scopes: ['openid'], givenBy: { kind: 'user', id: 'ada' } });
  });

  test('that was asked for again covers everything that the page showed', async () => {
    await waitsForConsent({ prompt: 'consent' });
    await finished({ kind: 'consented', granted: GRANTED });
    expect(await consentOf()).toMatchObject({ scopes: ['openid', 'email'] });
  });

  test('is nobody’s where nobody is signed in', async () => {
    await browser.waits();
    await expect(finished({ kind: 'consented', granted: GRANTED })).rejects.toThrow('Nobody is signed in');
    expect(await consentOf()).toBeUndefined();
  });
});
