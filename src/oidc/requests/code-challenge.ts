import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { because } from '../../http/refusals/because.js';
import type { Client } from '../../realm/clients/client.js';
import type { Settings } from '../../realm/settings/settings.js';
import { clientBehind } from '../library/client/client-behind.js';
import { currentScope } from '../request-scope/request-scope.js';

type Need = 'none' | 'challenge' | 'challenge-or-nonce';

/** The protection against injected codes that an authorization request of this client needs. Pure. RFC 9700 2.1.1. */
export function codeProtection(
  { authentication, pkce }: Pick<Client, 'authentication' | 'pkce'>,
  realm: Pick<Settings, 'pkce'>,
): Need {
  if (authentication === 'none') return 'challenge';
  switch (pkce) {
    case 'required':
      return 'challenge';
    case 'or-nonce':
      return realm.pkce === 'required' ? 'challenge' : 'challenge-or-nonce';
    case 'exempt':
      return 'none';
  }
}

/**
 * Asked for a request without a code_challenge. A nonce protects only where an ID token carries it back, so it counts only
 * with the scope `openid`, which the client must be allowed to ask for.
 *
 * @throws InvalidRequest with what is missing
 */
export function requireCodeProtection({ oidc }: KoaContextWithOIDC, library: object): false {
  const client = clientBehind(library);
  const need = codeProtection(client, currentScope().settings);
  if (need === 'none') return false;
  if (need === 'challenge') {
    throw missing('this client must send a code_challenge (PKCE, RFC 7636)');
  }
  const { nonce, scope } = oidc.params ?? {};
  const hasOpenid =
    typeof scope === 'string' && scope.split(' ').includes('openid') && client.scopes.includes('openid');
  const hasNonce = typeof nonce === 'string' && nonce !== '';
  if (hasNonce && hasOpenid) return false;
  throw missing(
    'this client must send a code_challenge (PKCE, RFC 7636), or a nonce with the scope openid (RFC 9700 2.1.1)',
  );
}

const missing = (sentence: string): errors.InvalidRequest =>
  because(new errors.InvalidRequest(sentence), 'pkce-or-nonce-missing', sentence);
