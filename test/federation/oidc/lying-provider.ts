/**
 * An OpenID provider on 127.0.0.1 that does what a test tells it to, where a real one would tell the truth. Everybody who comes is
 * signed in as `user-1`. It announces every algorithm, so that a client that believes it accepts unsigned tokens.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { freePort } from '../../support/host/free-port.ts';

export const SECRET = 'secret-of-the-client-with-enough-characters';
const CLIENT_ID = 'gatehouse';

export interface SigningKey {
  readonly kid: string | undefined;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** @param kid undefined: the key has no name */
export async function signingKey(kid: string | undefined): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const named = kid !== undefined && { kid };
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), ...named, alg: 'ES256', use: 'sig' } };
}

/** What it answers with. Objects are sent as JSON. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The body never ends. */
  readonly isEndless?: boolean;
  /** No answer comes. */
  readonly isSilent?: boolean;
}

type Claims = Record<string, unknown>;
export type Endpoint = 'discovery' | 'keys' | 'token' | 'userinfo' | 'push';

export interface Lies {
  /** Instead of the honest answer of an endpoint. */
  reply: Partial<Record<Endpoint, (honest: Claims) => Reply>>;
  claims: (honest: Claims) => Claims;
  /** Instead of a signature with the key in use. */
  sign?: (claims: Claims) => Promise<string> | string;
}

const honest = (): Lies => ({ reply: {}, claims: (claims) => claims });

export interface LyingProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Reset by {@link tellsTheTruth}. */
  readonly lies: Lies;
  /** The keys that it publishes; the first one signs. */
  keys: readonly SigningKey[];
  /** Which endpoints were asked, in order. */
  readonly requests: Endpoint[];
  /** The bodies of token requests. */
  readonly tokenRequests: URLSearchParams[];
  /** The header `Authorization` of each. */
  readonly credentials: (string | undefined)[];
  tellsTheTruth(): void;
  /** As the browser of `user-1`: signs in there, and comes back with the answer. */
  readonly browser: (url: string) => Promise<URLSearchParams>;
  /** Nobody listens any more, until it starts again. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

export async function startLyingProvider(): Promise<LyingProvider> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  let nonce: string | null = null;
  const provider: LyingProvider = {
    ...{ issuer, clientId: CLIENT_ID, clientSecret: SECRET, lies: honest() },
    ...{ requests: [], tokenRequests: [], credentials: [] },
    keys: [await signingKey('first')],
    tellsTheTruth() {
      Object.assign(provider.lies, { sign: undefined }, honest());
      provider.requests.length = 0;
      provider.tokenRequests.length = 0;
      provider.credentials.length = 0;
    },
    browser: async (url) => {
      const { searchParams } = new URL(url);
      nonce = searchParams.get('nonce');
      return new URLSearchParams({ code: 'the-code', state: searchParams.get('state') ?? '', iss: issuer });
    },
    async pause() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
    async resume() {
      await once(server.listen(port, '127.0.0.1'), 'listening');
    },
  };

  const answers: Record<Endpoint, () => Promise<Claims> | Claims> = {
    discovery: () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      userinfo_endpoint: `${issuer}/userinfo`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256', 'RS256', 'HS256', 'none'],
      authorization_response_iss_parameter_supported: true,
    }),
    keys: () => ({ keys: provider.keys.map(({ publicJwk }) => publicJwk) }),
    async token() {
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: issuer, aud: CLIENT_ID, sub: 'user-1', nonce, iat: now, exp: now + 300 };
      const told = provider.lies.claims(claims);
      const idToken = await (provider.lies.sign ?? signed)(told);
      return { access_token: 'access', token_type: 'Bearer', expires_in: 300, id_token: idToken };
    },
    push: () => ({}),
    userinfo: () => ({ sub: 'user-1', email: 'user-1@upstream.test', email_verified: true }),
  };
  const signed = (claims: Claims): Promise<string> => signWith(provider.keys[0], claims);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const endpoint = endpointOf(request.url ?? '');
    if (!endpoint) return void response.writeHead(404).end();
    provider.requests.push(endpoint);
    const body = await text(request);
    if (endpoint === 'token') {
      provider.tokenRequests.push(new URLSearchParams(body));
      provider.credentials.push(request.headers.authorization);
    }
    const truth = await answers[endpoint]();
    send(response, provider.lies.reply[endpoint]?.(truth) ?? { body: truth });
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await provider.resume();
  return provider;
}

/** @param key undefined is a mistake of the test */
export async function signWith(key: SigningKey | undefined, claims: Claims, kid = key?.kid): Promise<string> {
  if (!key) throw new Error('There is no key.');
  const header = { alg: 'ES256', ...(kid !== undefined && { kid }) };
  return new SignJWT(claims).setProtectedHeader(header).sign(key.privateKey);
}

function endpointOf(path: string): Endpoint | undefined {
  if (path === '/.well-known/openid-configuration') return 'discovery';
  return (['keys', 'token', 'userinfo', 'push'] as const).find((name) => path === `/${name}`);
}

export function send(
  response: ServerResponse,
  { status = 200, headers = {}, body = {}, isEndless, isSilent }: Reply,
): void {
  if (isSilent) return;
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  if (!isEndless) return void response.end(isText ? body : JSON.stringify(body));
  const more = (): void => {
    while (!response.destroyed && response.write(' '.repeat(10_000)));
  };
  response.on('drain', more);
  more();
}
