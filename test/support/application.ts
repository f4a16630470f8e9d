import { createHash, randomBytes } from 'node:crypto';
import type { Host } from './host/host.js';
import type { Page, Visitor } from './visitor.js';

/** A client of the flow tests' realm, played by hand so that a test can also do what no library would. */
export interface Application {
  readonly id: string;
  readonly redirectUri: string;
  /** The secret of a client that authenticates. */
  readonly secret?: string;
}

export const application = (id: string, secret?: string): Application => ({
  id,
  redirectUri: `https://${id}.test/callback`,
  ...(secret !== undefined && { secret }),
});

/** One authorization request, with the values that its application keeps. */
export interface Asked {
  readonly application: Application;
  readonly url: URL;
  readonly verifier: string;
}

export type Tokens = Readonly<Record<'access_token' | 'id_token' | 'refresh_token', string>> & {
  readonly expires_in: number;
  readonly scope: string;
};

/** An authorization request with PKCE, state and nonce. */
export function ask(
  { issuer }: Pick<Host, 'issuer'>,
  asking: Application,
  params: Readonly<Record<string, string>> = {},
): Asked {
  const verifier = randomBytes(32).toString('base64url');
  const scope = params['scope'] ?? 'openid';
  const url = new URL(`${issuer}/auth`);
  url.search = new URLSearchParams({
    client_id: asking.id,
    response_type: 'code',
    redirect_uri: asking.redirectUri,
    scope,
    state: randomBytes(8).toString('hex'),
    ...(scope.split(' ').includes('openid') && { nonce: randomBytes(8).toString('hex') }),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...params,
  }).toString();
  return { application: asking, url, verifier };
}

/** Follows the request as far as it goes, typing the name and password where they are asked for. */
export async function signIn(
  visitor: Visitor,
  { url }: Pick<Asked, 'url'>,
  identifier: string,
  password: string,
): Promise<Page> {
  return visitor.submit(await visitor.visit(url), { identifier, password });
}

/** The code that a redirect to the application brought; an address of ours may have one of another provider. */
export function codeOf(page: Page): string {
  const code = page.url.searchParams.get('code');
  if (code === null || page.left === undefined)
    throw new Error(`No code came: ${page.status} ${page.url.href} ${page.text}`);
  return code;
}

/** One call of the token endpoint. */
export async function token(
  { issuer }: Pick<Host, 'issuer'>,
  { id, secret }: Pick<Application, 'id' | 'secret'>,
  params: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: Tokens & { readonly error?: string } }> {
  const headers: Record<string, string> =
    secret === undefined ? {} : { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
  const body = new URLSearchParams({ ...(secret === undefined && { client_id: id }), ...params });
  const response = await fetch(`${issuer}/token`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Tokens };
}

/** Exchanges a code. */
export const exchange = (host: Pick<Host, 'issuer'>, { application: by, verifier }: Asked, code: string) =>
  token(host, by, { grant_type: 'authorization_code', code, redirect_uri: by.redirectUri, code_verifier: verifier });

export const refresh = (
  host: Pick<Host, 'issuer'>,
  by: Application,
  refreshToken: string,
  params: Readonly<Record<string, string>> = {},
) => token(host, by, { grant_type: 'refresh_token', refresh_token: refreshToken, ...params });

/** Introspects a token as this client (RFC 7662). */
export async function introspect(
  { issuer }: Pick<Host, 'issuer'>,
  { id, secret }: Pick<Application, 'id' | 'secret'>,
  presented: string,
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const headers: Record<string, string> =
    secret === undefined ? {} : { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
  const body = new URLSearchParams({ ...(secret === undefined && { client_id: id }), token: presented });
  const response = await fetch(`${issuer}/token/introspection`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

export const userinfo = ({ issuer }: Pick<Host, 'issuer'>, accessToken: string): Promise<Response> =>
  fetch(`${issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } });

/** Returns the claims of a JWT without verifying it. Tests that verify one use a library. */
export const claimsOf = (jwt: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
