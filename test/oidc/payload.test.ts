import { expect, test } from '@jest/globals';
import { packPayload, unpackPayload } from '../../src/oidc/adapter/payload.js';

test('a model is kept without its bearer secret, and is whole again for whoever brings that', () => {
  const payload = { jti: 'the-secret', kind: 'AccessToken', accountId: 'u', claims: { userinfo: { email: null } } };
  const packed = packPayload(payload);
  expect(packed).not.toContain('the-secret');
  expect(unpackPayload(packed, 'the-secret')).toEqual(payload);
});
