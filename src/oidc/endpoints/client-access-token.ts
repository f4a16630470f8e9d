import type { AdapterPayload } from 'oidc-provider';
import { hashOf } from '../../base/crypto/hash-of.js';
import type { SigningKey } from '../../realm/keys/ring-key.js';
import { audiencesOf } from '../issuance/audiences.js';
import { unpackPayload } from '../adapter/payload.js';
import { jwtReader } from './verify-access-token.js';
import { currentScope } from '../request-scope/request-scope.js';

/** The contents of a live token that a client got for itself (RFC 6749 4.4). */
export interface OwnToken {
  readonly clientId: string;
  readonly audiences: readonly string[];
  /** The thumbprint of the key that it is bound to (RFC 9449 6.1). */
  readonly boundTo: string | undefined;
}

/**
 * Reads access tokens that clients present for themselves, JWT or opaque. Undefined for everything else, a user's token too, and for
 * what was revoked or is over. Asks the store once.
 *
 * @param issuer the issuer identifier, as tokens name it
 */
export function ownTokens(issuer: string, signing: readonly SigningKey[]) {
  const read = jwtReader(issuer, signing);

  return async (presented: string): Promise<OwnToken | undefined> => {
    const isJwt = presented.includes('.');
    const claims = isJwt ? await read(presented) : undefined;
    const value = isJwt ? claims?.jti : presented;
    if (value === undefined) return undefined;
    const scope = currentScope();
    const token = await scope.reads.token(hashOf(value));
    if (token?.kind !== (isJwt ? 'jwt' : 'client-credentials') || token.userId !== undefined) return undefined;
    if (!(await scope.reads.tokenAlive(token))) return undefined;
    if (claims) return { clientId: token.clientId, audiences: audiencesOf(claims.aud), boundTo: keyOf(claims['cnf']) };
    const { aud, jkt }: AdapterPayload = unpackPayload(token.payload ?? '{}', value);
    return { clientId: token.clientId, audiences: audiencesOf(aud), boundTo: jkt };
  };
}

const keyOf = (cnf: unknown): string | undefined =>
  typeof cnf === 'object' && cnf !== null && 'jkt' in cnf && typeof cnf.jkt === 'string' ? cnf.jkt : undefined;
