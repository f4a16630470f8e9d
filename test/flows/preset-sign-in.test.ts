/** A person signs in with Apple, through the pages: the answer is a form of another site, with a name that comes once. */
import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import type { RedirectKind } from '../../src/federation/contract/connector-kind.js';
import { oidcKind } from '../../src/federation/oidc/oidc-kind.js';
import type { OidcSettings } from '../../src/federation/oidc/settings/oidc-settings.js';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { APPLE } from '../federation/oidc/presets/discovery-documents.js';
import { CLIENT_ID, PresetProvider } from '../federation/oidc/presets/preset-provider.js';
import { by, ldapRealm } from './ldap-realm.js';
import { errorOf } from './redirect-realm.js';

const provider = await PresetProvider.start(APPLE);
/** The kind as it is, except that the stand-in answers. */
const kind: RedirectKind<OidcSettings> = {
  ...oidcKind,
  create: (parts) => oidcKind.create({ ...parts, fetch: provider.fetch }),
};
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const USER = { name: { firstName: 'Bea', lastName: 'Example' }, email: 'victim@example.com' };

describe.each(['sqlite', 'mongodb'] as const)('Sign in with Apple, on %s:', (store) => {
  const host = useInProcessHost({ ...ldapRealm(store), installation: { connectorKinds: [kind] } });

  beforeAll(async () => {
    const input = connectorInput.parse({
      ...{ id: 'apple', displayName: 'Apple', kind: 'oidc', preset: 'apple' },
      connection: { clientId: CLIENT_ID, teamId: 'TEAM123456', keyId: 'KEY7654321' },
      secret: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    });
    const saved = await host.parts.connectors.create(by, input);
    if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  });

  /** Signs in there, and comes back by a form to which no cookie is sent. */
  async function answered(sub: string, more: Readonly<Record<string, string>>) {
    provider.idToken = { sub, email: `${sub}@icloud.com`, email_verified: 'true' };
    const asked = ask(host, application('public'), { scope: 'openid profile email', idp_hint: 'apple' });
    const visitor = new Visitor();
    const { left = '' } = await visitor.visit(asked.url);
    const answer = await provider.browser(left);
    const body = new URLSearchParams([...answer, ...Object.entries(more)]);
    const sent = await new Visitor().request(`${host.issuer}/connector/apple/callback`, { method: 'POST', body });
    const location = new URL(sent.headers.get('location') ?? '', host.issuer);
    return { asked, sent, location, page: await visitor.visit(location.href) };
  }
  async function claims(sub: string, more: Readonly<Record<string, string>> = {}) {
    const { asked, page } = await answered(sub, more);
    return claimsOf((await exchange(host, asked, codeOf(page))).body.id_token);
  }
  const userOf = async (id: unknown) => host.parts.users.get(String(id));

  test('a person has the name of the first answer, and keeps it', async () => {
    const first = await claims('bea', { user: JSON.stringify(USER) });
    expect(first).toMatchObject({ idp: 'apple', amr: ['fed'], email: 'bea@icloud.com', email_verified: true });
    const again = await claims('bea');
    expect(again['sub']).toBe(first['sub']);
    expect(await userOf(first['sub'])).toMatchObject({
      ...{ username: 'bea@icloud.com', email: 'bea@icloud.com', emailVerified: true },
      profile: { givenName: 'Bea', familyName: 'Example' },
    });
  });

  test('a person whose first answer got lost has no name', async () => {
    const { sub } = await claims('cy');
    expect(await userOf(sub)).toMatchObject({ username: 'cy@icloud.com', profile: {} });
  });

  test('a field that is too long is left out, and the person signs in', async () => {
    const { sent, location, page } = await answered('dee', {
      user: JSON.stringify({ ...USER, more: 'x'.repeat(1000) }),
    });
    expect(sent.status).toBe(303);
    expect(location.searchParams.has('user')).toBe(false);
    expect(codeOf(page)).toMatch(/.{20}/);
  });

  test('a person who presses cancel reads a sentence', async () => {
    provider.authorizationError = 'user_cancelled_authorize';
    const { page } = await answered('eve', {});
    provider.authorizationError = undefined;
    expect([page.status, errorOf(page)]).toEqual([
      403,
      'You were not signed in there. Try again, or sign in another way.',
    ]);
  });
});
