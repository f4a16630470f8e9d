/**
 * An OpenID provider of another organisation, as `upstream-op.ts` starts it: oidc-provider with a login page of its own. It signs in at
 * once whom `login_hint` names, and asks where there is none. Node runs this file as it is.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair } from 'jose';
import { interactionPolicy, Provider } from 'oidc-provider';
import type { UpstreamAccount, UpstreamLogoutSettings, UpstreamMessage, UpstreamStart } from './upstream-op.ts';

const start = JSON.parse(process.argv[2] ?? '') as UpstreamStart;
const { issuer, port, clientId, clientSecret } = start;
let redirectUris: readonly string[] = start.redirectUris;
let logout: UpstreamLogoutSettings = {};
const accounts = new Map<string, UpstreamAccount>(Object.entries(start.accounts));

const SUBJECT = 'subject-of-';

const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const policy = interactionPolicy.base();
policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);

const provider: Provider = new Provider(issuer, {
  clients: [
    {
      client_id: clientId,
      ...(start.clientAuthentication === 'private_key_jwt'
        ? { jwks: { keys: start.clientKeys } }
        : { client_secret: clientSecret }),
      token_endpoint_auth_method: start.clientAuthentication,
      redirect_uris: ['http://127.0.0.1/replaced'],
      ...(start.givesRefreshTokens && { grant_types: ['authorization_code', 'refresh_token'] }),
    },
  ],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'first', alg: 'RS256', use: 'sig' }] },
  scopes: ['openid', 'profile', 'email', 'groups'],
  enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'] },
  claims: {
    openid: ['sub', 'acr', 'amr'],
    profile: ['name', 'preferred_username', 'hd', 'organizations'],
    email: ['email', 'email_verified'],
    groups: ['groups'],
  },
  conformIdTokenClaims: start.claimsIn === 'userinfo',
  // Names of its own, since a browser sends cookies to every port of a host.
  cookies: {
    keys: ['upstream'],
    names: { session: 'upstream_session', interaction: 'upstream_interaction', resume: 'upstream_resume' },
  },
  features: {
    devInteractions: { enabled: false },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: start.requiresPushed },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource(context, form) {
        context.body = `<!doctype html><html lang="en"><title>Upstream</title><h1>Upstream sign-out</h1>${form}
<button form="op.logoutForm" name="logout" value="yes">Sign out</button></html>`;
      },
    },
  },
  // The library would refuse addresses of this machine, and Gatehouse has one of them here.
  fetch(url, options = {}) {
    Reflect.deleteProperty(options, 'dispatcher');
    return fetch(url, options);
  },
  issueRefreshToken: () => start.givesRefreshTokens,
  rotateRefreshToken: true,
  interactions: { policy, url: (_context, { uid }) => `/login/${uid}` },
  findAccount: (_context, sub) => ({
    accountId: sub,
    claims: () => {
      const { acr: _, amr: __, signedInAgo: ___, ...claims } = accountOf(sub.slice(SUBJECT.length));
      return Promise.resolve({ ...claims, sub });
    },
  }),
  // Nobody is asked for consent.
  async loadExistingGrant({ oidc }) {
    const grant = new provider.Grant({
      ...(oidc.client && { clientId: oidc.client.clientId }),
      ...(oidc.session?.accountId !== undefined && { accountId: oidc.session.accountId }),
    });
    grant.addOIDCScope('openid profile email groups');
    await grant.save();
    return grant;
  },
});
provider.Client.prototype.redirectUriAllowed = (uri: string) => redirectUris.includes(uri);
provider.Client.prototype.postLogoutRedirectUriAllowed = (uri: string) => logout.returnTo?.includes(uri) === true;
const find = provider.Client.find.bind(provider.Client);
provider.Client.find = async (id) => {
  const client = await find(id);
  const { backchannelUri, namesSessions = true } = logout;
  if (client && backchannelUri !== undefined)
    Object.assign(client, { backchannelLogoutUri: backchannelUri, backchannelLogoutSessionRequired: namesSessions });
  return client;
};

const accountOf = (login: string): UpstreamAccount =>
  accounts.get(login) ?? {
    ...{
      email: `${login}@upstream.test`,
      email_verified: true,
      name: `${login} upstream`,
      preferred_username: login,
      groups: ['staff'],
    },
  };

const callback = provider.callback();
const server = createServer((request, response) => {
  if (request.url?.startsWith('/login/') !== true) void callback(request, response);
  else
    login(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
});

async function login(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  const hint = typeof params['login_hint'] === 'string' ? params['login_hint'] : undefined;
  const typed = request.method === 'POST' ? new URLSearchParams(await text(request)) : undefined;
  const name = typed?.get('login') ?? hint;
  if (name === undefined) {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
    return;
  }
  const isDenied = typed?.get('action') === 'cancel' || name === 'deny';
  const result = isDenied ? { error: 'access_denied' } : { login: loginOf(name), select_account: {} };
  await provider.interactionFinished(request, response, result);
}

function loginOf(name: string) {
  const { acr, amr, signedInAgo } = accountOf(name);
  return {
    accountId: `${SUBJECT}${name}`,
    ...(acr !== undefined && { acr }),
    ...(amr && { amr: [...amr] }),
    ...(signedInAgo !== undefined && { ts: Math.floor(Date.now() / 1000) - signedInAgo }),
  };
}

const PAGE = `<!doctype html><html lang="en"><title>Upstream</title><h1>Upstream sign-in</h1>
<form method="post"><label>Login <input name="login" autofocus></label>
<button name="action" value="sign-in">Sign in</button> <button name="action" value="cancel">Cancel</button></form></html>`;

process.on('message', (message: UpstreamMessage) => {
  switch (message.order) {
    case 'redirect-uris':
      redirectUris = message.uris;
      break;
    case 'logout':
      logout = message.settings;
      break;
    case 'account':
      accounts.set(message.login, message.account);
  }
  process.send?.('done');
});
// It never outlives the test that started it.
process.on('disconnect', () => process.exit(0));
server.listen(port, '127.0.0.1', () => process.send?.('done'));
