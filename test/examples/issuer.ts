import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type Listening, listening } from '../http/listening.js';

/** Creates an issuer's keys and discovery document, and signs tokens of any kind. */
export async function issuer() {
  const keys = await generateKeyPair('ES256');
  const rsa = await generateKeyPair('RS256');
  const stranger = await generateKeyPair('ES256');
  const jwks = {
    keys: [
      { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' },
      { ...(await exportJWK(rsa.publicKey)), kid: 'r1', alg: 'RS256' },
    ],
  };
  const state = { up: true, claims: undefined as string | undefined };
  const at: Listening = await listening((req, res) => {
    res.statusCode = state.up ? 200 : 503;
    res.end(
      JSON.stringify(req.url === '/jwks' ? jwks : { issuer: state.claims ?? origin, jwks_uri: `${origin}/jwks` }),
    );
  });
  const origin = `http://127.0.0.1:${at.port}`;
  const sign = (
    claims: Record<string, unknown>,
    header: { typ?: string; alg?: string; kid?: string } = {},
    key = keys.privateKey,
  ) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'at+jwt', ...header }).sign(key);
  return { origin, state, sign, rsaKey: rsa.privateKey, strangerKey: stranger.privateKey, close: () => at.close() };
}
