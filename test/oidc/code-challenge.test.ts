import { expect, test } from '@jest/globals';
import { codeProtection } from '../../src/oidc/requests/code-challenge.js';

test.each([
  ['none', 'required', 'or-nonce', 'challenge'],
  ['none', 'or-nonce', 'or-nonce', 'challenge'],
  // It cannot be stored; if it were, it would grant nothing.
  ['none', 'exempt', 'or-nonce', 'challenge'],
  ['client_secret', 'required', 'or-nonce', 'challenge'],
  ['client_secret', 'or-nonce', 'or-nonce', 'challenge-or-nonce'],
  ['client_secret', 'or-nonce', 'required', 'challenge'],
  ['private_key_jwt', 'or-nonce', 'or-nonce', 'challenge-or-nonce'],
  ['client_secret', 'exempt', 'or-nonce', 'none'],
  ['client_secret', 'exempt', 'required', 'none'],
] as const)('a client of %s, %s, in a realm of %s, needs: %s', (authentication, pkce, realm, need) => {
  expect(codeProtection({ authentication, pkce }, { pkce: realm })).toBe(need);
});
