/**
 * A stand-in for a provider that cannot run here, behind the port by which a connector sends requests: it answers at the provider's real
 * addresses, in its documented shapes. It checks what the provider checks: the code, and the code verifier if there was a challenge. It sends
 * the nonce back if it knows one.
 */
import { createHash } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { UpstreamFetch } from '../../../../src/federation/contract/redirect-connector.js';
import type { DiscoveryDocument } from './discovery-documents.js';

export type Claims = Readonly<Record<string, unknown>>;

export interface ProviderAnswer {
  readonly status?: number;
  readonly body: unknown;
}

export interface TokenRequest {
  readonly body: URLSearchParams;
  readonly authorization: string | undefined;
}

export const CLIENT_ID = 'client-of-gatehouse';
const CODE = 'the-code';

interface Key {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

async function newKey(): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: 'first', alg: 'RS256', use: 'sig' } };
}

/** One of each is enough: making one takes a while. */
const [key, stranger] = [newKey(), newKey()];

export class PresetProvider {
  readonly document: DiscoveryDocument;
  /** Claims of the ID token besides those of the protocol; they replace these, too. */
  idToken: Claims = {};
  userinfo: Claims = {};
  /** Instead of the answer of an endpoint. */
  answers: { token?: ProviderAnswer; userinfo?: ProviderAnswer; push?: ProviderAnswer } = {};
  /** The authorization endpoint answers this instead of a code. */
  authorizationError: string | undefined;
  /** Whether it sends the nonce back. */
  knowsNonce = true;
  /** Whether it takes a code verifier: LinkedIn says that the client is wrong. */
  knowsPkce = true;
  /** Whether an ID token is signed with a key that it does not publish. */
  signsAsStranger = false;
  readonly authorizations: URLSearchParams[] = [];
  readonly tokenRequests: TokenRequest[] = [];
  readonly #key: Key;
  readonly #stranger: Key;

  private constructor(document: DiscoveryDocument, key: Key, stranger: Key) {
    this.document = document;
    this.#key = key;
    this.#stranger = stranger;
  }

  static async start(document: DiscoveryDocument): Promise<PresetProvider> {
    return new PresetProvider(document, await key, await stranger);
  }

  /** As the browser of a person who signs in there. */
  readonly browser = (url: string): Promise<URLSearchParams> => {
    const { origin, pathname, searchParams } = new URL(url);
    if (`${origin}${pathname}` !== this.document.authorization_endpoint) throw new Error(`Not the provider: ${url}`);
    this.authorizations.push(searchParams);
    const state = searchParams.get('state') ?? '';
    const error = this.authorizationError;
    return Promise.resolve(new URLSearchParams(error === undefined ? { code: CODE, state } : { error, state }));
  };

  readonly fetch: UpstreamFetch = async (url, { method, headers, body }) => {
    const { document } = this;
    if (url === document.at && method === 'GET') return Response.json(document.content);
    if (url === document.jwks_uri && method === 'GET') return Response.json({ keys: [this.#key.jwk] });
    if (url === document.userinfo_endpoint && method === 'GET') {
      if (headers['authorization'] !== 'Bearer access')
        return answered({ status: 401, body: { error: 'invalid_token' } });
      return answered(this.answers.userinfo ?? { body: this.userinfo });
    }
    if (url === document.token_endpoint && method === 'POST') {
      const request = { body: new URLSearchParams(body), authorization: headers['authorization'] };
      this.tokenRequests.push(request);
      return answered(this.answers.token ?? (await this.#tokens(request)));
    }
    throw new Error(`Nobody answers at ${method} ${url}.`);
  };

  async #tokens({ body }: TokenRequest): Promise<ProviderAnswer> {
    const asked = this.authorizations.at(-1);
    const challenge = asked?.get('code_challenge') ?? null;
    const verifier = body.get('code_verifier');
    if (!this.knowsPkce && verifier !== null) return { status: 401, body: { error: 'invalid_client' } };
    const isProved =
      challenge === (verifier === null ? null : createHash('sha256').update(verifier).digest('base64url'));
    if (body.get('code') !== CODE || !isProved) return { status: 400, body: { error: 'invalid_grant' } };
    const at = Math.floor(Date.now() / 1000);
    const nonce = asked?.get('nonce') ?? undefined;
    const { privateKey } = this.signsAsStranger ? this.#stranger : this.#key;
    const idToken = await new SignJWT({
      ...{ iss: this.document.issuer, aud: CLIENT_ID, iat: at, exp: at + 3600 },
      ...(this.knowsNonce && nonce !== undefined && { nonce }),
      ...this.idToken,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'first' })
      .sign(privateKey);
    return { body: { access_token: 'access', token_type: 'Bearer', expires_in: 3600, id_token: idToken } };
  }
}

const answered = ({ status = 200, body }: ProviderAnswer): Response => Response.json(body, { status });
