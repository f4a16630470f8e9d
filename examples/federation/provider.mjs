/**
 * The identity provider of another company: `node provider.mjs FOLDER`, where the folder has `provider.json` (`make-provider.mjs`). It is
 * oidc-provider with a sign-in page of its own, and forgets everything when it ends.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import Provider from 'oidc-provider';

const [folder = ''] = process.argv.slice(2);
const { issuer, port, client, people } = JSON.parse(readFileSync(join(folder, 'provider.json'), 'utf8'));
/** A form of a sign-in is small. */
const LONGEST_FORM = 2000;

const provider = new Provider(issuer, {
  clients: [{ ...client, response_types: ['code'], grant_types: ['authorization_code'] }],
  // Claims are in the ID token too.
  conformIdTokenClaims: false,
  scopes: ['openid', 'profile', 'email', 'groups'],
  claims: { profile: ['name', 'preferred_username'], email: ['email', 'email_verified'], groups: ['groups'] },
  // Names of its own, since a browser sends cookies to every port of a host.
  cookies: {
    keys: [randomBytes(32).toString('base64url')],
    names: { session: 'partner_session', interaction: 'partner_interaction', resume: 'partner_resume' },
  },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, { uid }) => `/login/${uid}` },
  findAccount: (_context, sub) => {
    const person = people.find((one) => one.sub === sub);
    return person && { accountId: sub, claims: () => ({ ...person.claims, sub }) };
  },
  // The company decided for its people, so nobody is asked.
  async loadExistingGrant({ oidc }) {
    const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid profile email groups');
    await grant.save();
    return grant;
  },
});

const callback = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith('/login/')) return void callback(request, response);
  login(request, response).catch(() => response.writeHead(400, { 'content-type': 'text/plain' }).end('Start again.'));
}).listen(port, 'localhost');

async function login(request, response) {
  await provider.interactionDetails(request, response);
  if (request.method !== 'POST') return show(response, 200, '');
  const form = new URLSearchParams(await bodyOf(request));
  if (form.get('action') === 'cancel')
    return provider.interactionFinished(request, response, { error: 'access_denied' });
  const person = people.find(({ login: name }) => name === form.get('login'));
  const isRight = isSame(person?.password ?? randomBytes(9).toString('base64url'), form.get('password') ?? '');
  if (!person || !isRight) return show(response, 403, 'The login or password is not correct.');
  return provider.interactionFinished(request, response, { login: { accountId: person.sub } });
}

async function bodyOf(request) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > LONGEST_FORM) throw new Error('The form is too long.');
  }
  return body;
}

const digest = (text) => createHash('sha256').update(text).digest();
const isSame = (one, other) => timingSafeEqual(digest(one), digest(other));

function show(response, status, error) {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  };
  response.writeHead(status, headers).end(`<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in · Partner Inc.</title>
<style>body{font:16px/1.5 system-ui;max-width:22rem;margin:4rem auto;padding:0 1rem}input{display:block;width:100%;font:inherit;margin-bottom:1rem}
button{font:inherit}</style><h1>Partner Inc.</h1>${error && `<p role="alert">${error}</p>`}
<form method="post"><label>Login <input name="login" autocomplete="username" required autofocus></label>
<label>Password at Partner Inc. <input type="password" name="password" autocomplete="current-password" required></label>
<button>Sign in</button> <button name="action" value="cancel" formnovalidate>Cancel</button></form></html>`);
}
