import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, errors, type JWTPayload, jwtVerify } from 'jose';
import { minutes, now } from '../../base/clock.js';
import type { AccessTokens, ProofResult } from '../../http/api/authentication/access-tokens.js';
import { useOnce } from '../../sessions/tokens/replay-guard.js';
import { CLIENT_ALGORITHMS } from '../configuration/client-authentication.js';
import { currentScope } from '../request-scope/request-scope.js';
import { dpopNonces } from './dpop-nonce.js';

/** Longer than any nonce is accepted: until then the id of a used proof is remembered. */
const REMEMBERED = minutes(5);
/** Longer ids are refused: they are stored. */
const LONGEST_ID = 500;

/**
 * Checks the DPoP proof of a request (RFC 9449 4.3). A nonce is required, as at the token endpoint: it bounds a proof's age, so `iat` does
 * not need to.
 *
 * @param parts.issuer its origin is that of every request, whatever the request says
 * @param parts.nonces the secret of the nonces
 */
export function proofCheck(parts: { readonly issuer: string; readonly nonces: Buffer }): AccessTokens['checkProof'] {
  const { origin } = new URL(parts.issuer);
  const nonces = dpopNonces(parts.nonces);

  return async (ctx, presented, { boundTo, clientId }) => {
    const proof = ctx.get('DPoP');
    if (proof === '') return invalid('no DPoP proof was sent');
    const verified = await verify(proof);
    if (!verified) return invalid('the DPoP proof is no JWT that its own key signed');
    const { payload, thumbprint } = verified;
    const fault = faultOf(payload, { method: ctx.method, address: `${origin}${ctx.path}`, presented });
    if (fault !== undefined) return invalid(fault);
    if (thumbprint !== boundTo) return invalid('the DPoP proof is of another key than the token');

    const next = nonces.next();
    if (payload['nonce'] !== next) ctx.set('DPoP-Nonce', next);
    if (typeof payload['nonce'] !== 'string' || !nonces.accepts(payload['nonce'])) {
      return { ok: false, error: 'use_dpop_nonce', words: 'the DPoP proof has no nonce, or an old one' };
    }
    const isFirst = await useOnce(currentScope().realm, [clientId, payload.jti ?? ''], now() + REMEMBERED);
    return isFirst ? { ok: true } : invalid('the DPoP proof was used before');
  };
}

/** A proof that is signed by the key in its header; undefined for everything else. */
async function verify(proof: string): Promise<{ payload: JWTPayload; thumbprint: string } | undefined> {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: [...CLIENT_ALGORITHMS],
      typ: 'dpop+jwt',
    });
    if (!protectedHeader.jwk) return undefined;
    return { payload, thumbprint: await calculateJwkThumbprint(protectedHeader.jwk) };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException)
      return undefined;
    throw error;
  }
}

interface ProvenRequest {
  readonly method: string;
  readonly address: string;
  /** The access token. */
  readonly presented: string;
}

/** The fault in the claims of a proof for this request and token, for the log. */
function faultOf(
  { htm, htu, ath, jti, iat }: JWTPayload,
  { method, address, presented }: ProvenRequest,
): string | undefined {
  if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_ID) return 'the DPoP proof has no jti';
  if (typeof iat !== 'number') return 'the DPoP proof has no iat';
  if (htm !== method) return 'htm of the DPoP proof is another method';
  if (typeof htu !== 'string' || addressOf(htu) !== addressOf(address)) {
    return 'htu of the DPoP proof is another address';
  }
  const digest = createHash('sha256').update(presented).digest('base64url');
  return ath === digest ? undefined : 'ath of the DPoP proof is of another token';
}

/** Without query and fragment (RFC 9449 4.3). */
function addressOf(text: string): string | undefined {
  const url = URL.parse(text);
  return url ? `${url.origin}${url.pathname}` : undefined;
}

const invalid = (words: string): ProofResult => ({ ok: false, error: 'invalid_dpop_proof', words });
