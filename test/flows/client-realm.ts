import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import type { Host, HostOptions } from '../support/host/host.js';
import type { StoreKind } from '../support/host/temporary-place.js';
import { ORDERS } from './flow-host.js';

type Algorithm = 'ES256' | 'RS256' | 'PS256' | 'EdDSA';

/** A client's key, public half to hand over. */
export interface ClientKey {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly privateKey: KeyObject;
  readonly jwk: object;
}

export function newKey(algorithm: Algorithm): ClientKey {
  const kid = randomUUID();
  const { privateKey, publicKey } = pairFor(algorithm);
  return { kid, algorithm, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid } };
}

function pairFor(algorithm: Algorithm): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  switch (algorithm) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
    case 'RS256':
    case 'PS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
  }
}

/** A client assertion (RFC 7523 2.2), with the times of its host. */
export async function assertion(
  host: Host,
  clientId: string,
  { kid, algorithm, privateKey }: ClientKey,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, string>> {
  const at = Math.floor((Date.now() + host.ahead()) / 1000);
  const jwt = await new SignJWT({
    ...{ iss: clientId, sub: clientId, aud: host.issuer, jti: randomUUID(), iat: at, exp: at + 60 },
    ...claims,
  })
    .setProtectedHeader({ alg: algorithm, kid })
    .sign(privateKey);
  return {
    client_id: clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: jwt,
  };
}

/** An application's server that publishes its keys; it hears at 127.0.0.1 and at 127.0.0.2. */
export interface KeyServer {
  keys: readonly ClientKey[];
  answer: 'keys' | 'failure' | { readonly text: string };
  /** The addresses of the requests it received, in order. */
  readonly asked: string[];
  readonly port: number;
  close(): Promise<void>;
}

export async function startKeyServer(): Promise<KeyServer> {
  const received: string[] = [];
  const server = createServer((req, res) => {
    received.push(`${req.socket.localAddress ?? ''}${req.url ?? ''}`);
    if (served.answer === 'failure') res.writeHead(500).end();
    else if (req.url === '/moved') res.writeHead(302, { location: '/jwks' }).end();
    else {
      // A client's web server may say so of every file.
      res.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=86400' });
      const { answer } = served;
      res.end(typeof answer === 'object' ? answer.text : JSON.stringify({ keys: served.keys.map(({ jwk }) => jwk) }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const served: KeyServer = {
    keys: [],
    answer: 'keys',
    asked: received,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return served;
}

export const SECRET = randomBytes(32).toString('base64url');
/** Every printable ASCII character, and so some that HTTP Basic carries only encoded. */
export const ODD_SECRET = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
/** A secret in the format of `openssl rand -base64 36`. Form decoding turns its plus signs into spaces. */
export const BASE64_SECRET = 'q+Zr7Tf0Lk5Xb8Ny1Pc4Hd6Jg3SaQw9v+2mUeRtYiOpAsDf';
export const PAGES = 'https://pages.test';

/** A realm that has a client of every sort that the flow tests' own realm lacks. */
export const clientRealm = (store: StoreKind, inline: readonly ClientKey[], keys: KeyServer): HostOptions => ({
  store,
  realm: realm(inline, keys.port),
  env: { CLIENT_SECRET: SECRET, ODD_SECRET, BASE64_SECRET, GATEHOUSE_OUTGOING_ALLOWED: '127.0.0.1' },
});

const orders = { resourceServers: [ORDERS], defaultResourceServer: ORDERS };
const machine = { grantTypes: ['client_credentials'], scopes: [], ...orders };
const signsIn = (id: string): object => ({
  id,
  name: id,
  firstParty: true,
  redirectUris: [`https://${id}.test/callback`],
});

function realm(inline: readonly ClientKey[], port: number): object {
  const signer = (id: string, keys: object): object => ({
    id,
    name: id,
    authentication: 'private_key_jwt',
    ...keys,
    ...machine,
  });
  return {
    resourceServers: [
      { identifier: ORDERS, name: 'Orders', permissions: [{ name: 'orders:read' }] },
      {
        identifier: 'https://opaque.test',
        name: 'Opaque',
        permissions: [{ name: 'opaque:read' }],
        tokenFormat: 'opaque',
      },
      {
        identifier: 'https://rsa.test',
        name: 'RSA',
        permissions: [{ name: 'rsa:read' }],
        algorithm: 'PS256',
        jwtType: 'JWT',
      },
      {
        identifier: 'https://old.test',
        name: 'Old',
        permissions: [{ name: 'old:read' }],
        algorithm: 'EdDSA',
        jwtType: 'JWT',
      },
    ],
    clients: [
      signer('signer', { jwks: { keys: inline.map(({ jwk }) => jwk) } }),
      signer('remote', { jwksUri: `http://127.0.0.1:${port}/jwks` }),
      signer('inside', { jwksUri: `http://127.0.0.2:${port}/jwks` }),
      signer('moved', { jwksUri: `http://127.0.0.1:${port}/moved` }),
      { ...signsIn('public'), authentication: 'none' },
      { ...signsIn('usual'), secret: '${CLIENT_SECRET}' },
      { ...signsIn('insists'), secret: '${CLIENT_SECRET}', pkce: 'required' },
      { ...signsIn('plain-oauth'), secret: '${CLIENT_SECRET}', scopes: ['profile'] },
      { ...signsIn('steady'), secret: '${CLIENT_SECRET}', rotateRefreshTokens: false },
      { ...signsIn('asking'), authentication: 'none', idTokenClaims: 'requested' },
      {
        ...signsIn('edwards'),
        authentication: 'none',
        idTokenAlgorithm: 'EdDSA',
        resourceServers: ['https://old.test'],
      },
      {
        ...signsIn('local'),
        authentication: 'none',
        applicationType: 'native',
        localhostAnyPort: true,
        redirectUris: ['http://localhost/callback'],
        allowedOrigins: ['capacitor://localhost'],
      },
      ...['either', 'odd', 'base64', 'odd-poster'].map((id) => ({
        ...{ id, name: id, ...machine },
        secret: id === 'either' ? '${CLIENT_SECRET}' : id === 'base64' ? '${BASE64_SECRET}' : '${ODD_SECRET}',
      })),
      { id: 'old-api', name: 'Old API', secret: '${CLIENT_SECRET}', introspects: ['https://old.test'], ...machine },
      { ...signsIn('exempt'), secret: '${CLIENT_SECRET}', pkce: 'exempt' },
      {
        ...signsIn('pair-a'),
        authentication: 'none',
        subjectType: 'pairwise',
        sectorIdentifier: 'sector.test',
        ...orders,
      },
      { ...signsIn('pair-a2'), authentication: 'none', subjectType: 'pairwise', sectorIdentifier: 'sector.test' },
      {
        ...signsIn('pair-s'),
        secret: '${CLIENT_SECRET}',
        subjectType: 'pairwise',
        sectorIdentifier: 'sector.test',
        ...orders,
      },
      { ...signsIn('pair-b'), authentication: 'none', subjectType: 'pairwise', ...orders },
      { ...signsIn('pages'), authentication: 'none', allowedOrigins: [PAGES], redirectUris: [`${PAGES}/callback`] },
      {
        ...signsIn('native'),
        authentication: 'none',
        applicationType: 'native',
        redirectUris: [
          'http://127.0.0.1/callback',
          'http://[::1]/callback',
          'http://localhost:4000/callback',
          'com.example.app:/callback',
        ],
      },
      {
        ...signsIn('short'),
        authentication: 'none',
        idTokenAlgorithm: 'RS256',
        lifetimes: { idTokenSeconds: 120, accessTokenSeconds: 90 },
        resourceServers: [ORDERS, 'https://opaque.test', 'https://rsa.test'],
      },
      { id: 'poster', name: 'poster', authentication: 'client_secret_post', secret: '${CLIENT_SECRET}', ...machine },
      {
        id: 'basic',
        name: 'basic',
        authentication: 'client_secret_basic',
        secret: '${CLIENT_SECRET}',
        introspects: [ORDERS],
        ...machine,
      },
    ],
    users: ['alice', 'bob'].map((username) => ({ username, permanentPassword: true })),
  };
}
