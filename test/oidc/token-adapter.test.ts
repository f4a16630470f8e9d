/** Tokens in a real store: each with the record of its own plan, and found only by its complete value. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { tokenAdapter } from '../../src/oidc/adapter/token-adapter.js';
import { tokens } from '../../src/sessions/tokens/token.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';
import { GRANTED_SPECS, grantedIn } from './granted.js';
import { inRequest } from './request.js';

const accessTokens = tokenAdapter('access-token');
const PAYLOAD = { accountId: 'u', clientId: 'c', grantId: 'g' };
const recordOf = (audience: string) => ({ audience, scope: ['a'], assignmentIds: [], roles: [], groups: [] });

let opened: TemporaryStore;
beforeEach(async () => {
  opened = await temporaryStore(GRANTED_SPECS);
  await grantedIn(opened.store.in('default'), now());
});
afterEach(() => opened.close());

describe('an opaque access token', () => {
  test('is stored with the record of its own plan, whatever else the request issues', async () => {
    const realm = opened.store.in('default');
    await inRequest(
      async (scope) => {
        for (const jti of ['first', 'second']) {
          scope.issuances.plan(
            { jti },
            { claims: {}, scope: [], format: { kind: 'opaque' }, record: recordOf(`https://${jti}.example`) },
          );
        }
        await accessTokens.upsert('first', PAYLOAD, 60);
        await accessTokens.upsert('second', PAYLOAD, 60);
        await scope.flush(true);
      },
      { realm },
    );
    for (const jti of ['first', 'second']) {
      const token = await realm.of(tokens).get(hashOf(jti));
      expect(token?.record).toEqual(recordOf(`https://${jti}.example`));
    }
    const found = await inRequest(() => accessTokens.find('first'), { realm });
    expect(found).toMatchObject({ jti: 'first', clientId: 'c' });
    expect(await inRequest(() => accessTokens.find(hashOf('first')), { realm })).toBeUndefined();
    expect(await inRequest(() => tokenAdapter('client-credentials').find('first'), { realm })).toBeUndefined();
  });

  test('that nobody planned is not stored', async () => {
    const realm = opened.store.in('default');
    const saving = inRequest(() => accessTokens.upsert('stray', PAYLOAD, 60), { realm });
    await expect(saving).rejects.toThrow('An access token that nobody planned was to be issued.');
  });
});
