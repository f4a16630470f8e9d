import type { KoaContextWithOIDC } from 'oidc-provider';
import { hashOf } from '../../base/crypto/hash-of.js';
import type { User } from '../../identity/users/user.js';
import { familyId, parseRefreshToken } from '../../sessions/tokens/refresh-family.js';
import type { RecheckedSignIn } from '../../federation/provisioning/recheck.js';
import { signedInBy } from '../../sign-in/flow/next-step.js';
import { currentScope } from '../request-scope/request-scope.js';
import { loginOf } from './sign-in-result.js';

/** A token of the library, as far as it says which one it is. */
interface PresentedToken {
  readonly kind?: string | undefined;
  readonly jti?: string | undefined;
}

/**
 * The connector by which this user signed in: for a code or refresh token the one that was stored with it, otherwise that of the session at
 * hand. Undefined if it is not known. All documents were read before.
 */
export async function connectorOfSignIn(
  oidc: KoaContextWithOIDC['oidc'],
  user: User,
  token: PresentedToken | undefined,
): Promise<string | undefined> {
  const { reads } = currentScope();
  if (!token) {
    const login = loginOf(oidc.result);
    const session = reads.browserSession;
    // As facts are read from a request that resumes: the new sign-in counts before the session.
    const proofs = login ? login.proofs : session?.userId === user.id ? session.proofs : [];
    return proofs.length > 0 ? signedInBy(user, proofs) : undefined;
  }
  const id = storedUnder(token);
  return id && (await reads.token(id))?.connector;
}

/** The sign-in that a refresh token came from, as it is rechecked. All documents were read before. */
export async function signInBehind(
  oidc: KoaContextWithOIDC['oidc'],
  user: User,
  token: PresentedToken | undefined,
): Promise<RecheckedSignIn> {
  const { reads } = currentScope();
  const id = token && storedUnder(token);
  const grantId = id && (await reads.token(id))?.grantId;
  const grant = grantId === undefined ? undefined : await reads.grant(grantId);
  return { connector: await connectorOfSignIn(oidc, user, token), confirmedAfter: grant?.confirmedAfter };
}

function storedUnder({ kind, jti }: PresentedToken) {
  if (jti === undefined) return undefined;
  if (kind === 'AuthorizationCode') return hashOf(jti);
  const value = kind === 'RefreshToken' ? parseRefreshToken(jti) : undefined;
  return value && familyId(value);
}
