/**
 * The expectations of users of WSO2 Identity Server, WSO2 API Manager and Ibexa about users, groups, roles and permissions,
 * each tested from outside.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { application, ask, claimsOf, codeOf, refresh, signIn, token, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { passwordOf, stores } from './flow-host.js';

const SHOP = 'https://shop.test';
const SHOP_SECRET = randomBytes(32).toString('base64url');
const app = application('public');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SCOPE = 'openid roles groups segments customer_group';

interface Filter {
  readonly rows: string;
  readonly where?: readonly { readonly field: 'owner' | 'within'; readonly in: readonly string[] }[];
}

describe.each(stores)('on %s,', (store) => {
  const host = useHost({ store, realmFile: 'test/flows/domain.realm.yaml', env: { SHOP_SECRET } });

  async function signedIn(username: string) {
    const authRequest = ask(host, app, { resource: SHOP, scope: SCOPE });
    const visitor = new Visitor();
    const page = await signIn(visitor, authRequest, username, passwordOf(host, username));
    const { body } = await token(host, app, {
      grant_type: 'authorization_code',
      code: codeOf(page),
      redirect_uri: app.redirectUri,
      code_verifier: authRequest.verifier,
      resource: SHOP,
    });
    return { visitor, tokens: body, access: claimsOf(body.access_token), id: claimsOf(body.id_token) };
  }
  const permissionsOf = async (username: string): Promise<string[]> =>
    ((await signedIn(username)).access['permissions'] as string[]).toSorted();

  /** The shop's answer about a user. */
  async function may(
    username: string,
    action: string,
    properties: object = {},
    context: object = {},
  ): Promise<boolean> {
    const id = (await signedIn(username)).id['sub'];
    const resource = { type: 'page', id: '1', properties: owned(properties, id) };
    const answer = await told('evaluation', {
      subject: { type: 'user', id },
      action: { name: action },
      resource,
      context,
    });
    return (answer as { readonly decision: boolean }).decision;
  }
  async function told(endpoint: string, question: object): Promise<unknown> {
    const response = await fetch(`${host.issuer}/access/v1/${endpoint}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Basic ${Buffer.from(`shop-api:${SHOP_SECRET}`).toString('base64')}`,
      },
      body: JSON.stringify(question),
    });
    return response.json();
  }
  const owned = (properties: object, id: unknown): object =>
    'own' in properties ? { ...properties, owner: id } : properties;

  /** Returns the time until this hour of the day (UTC) comes next on the host's clock. */
  const msUntil = (hour: number): number => {
    const at = Date.now() + host.ahead();
    return (hour * HOUR - (at % DAY) + DAY) % DAY;
  };

  const command = async (...argv: readonly string[]): Promise<void> => {
    const { code, err } = await host.command(...argv);
    if (code !== 0) throw new Error(err.join('\n'));
  };

  /** Applies a realm file more, as an administrator would. */
  async function changed(text: string): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-domain-'));
    const file = join(folder, 'realm.yaml');
    // A file of its own, so that what the first one gave stays.
    await writeFile(file, `name: changed\n${text}`);
    expect(await host.command('apply', file, '--yes')).toMatchObject({ code: 0 });
    await host.restart({ GATEHOUSE_REALM_FILE: file });
    await rm(folder, { recursive: true });
  }

  describe('WSO2 Identity Server:', () => {
    test('everyone has the built-in role everyone', async () => {
      expect(await permissionsOf('nobody')).toEqual(['session:logout']);
    });

    test('roles hold API permissions', async () => {
      expect((await signedIn('visitor')).access).toMatchObject({ roles: ['visitor'], aud: SHOP });
    });

    test('usernames do not change', async () => {
      const { visitor, id } = await signedIn('nobody');
      const page = await visitor.visit(`${host.issuer}/account/profile`);
      expect(page.text).toContain('nobody');
      expect(Object.keys(page.fields)).not.toContain('username');
      expect((await visitor.submit(page, { username: 'somebody' })).status).toBe(400);
      expect((await signedIn('nobody')).id['sub']).toBe(id['sub']);
    });

    test('a lock is temporary and has a reason, disabling is long-term', async () => {
      const { tokens } = await signedIn('leaving');
      await command('user', 'disable', 'leaving');
      expect((await userinfo(host, tokens.access_token)).status).toBe(401);
      const page = await signIn(new Visitor(), ask(host, app), 'leaving', passwordOf(host, 'leaving'));
      expect(page.status).toBe(403);
      await command('user', 'enable', 'leaving');
      expect(await permissionsOf('leaving')).toContain('session:login');
    });

    test('sessions end when an administrator ends them', async () => {
      const { tokens } = await signedIn('leaving');
      await command('user', 'sign-out', 'leaving');
      expect((await refresh(host, app, tokens.refresh_token)).body.error).toBe('invalid_grant');
    });
  });

  describe('WSO2 API Manager:', () => {
    test('a user may be a person, a device or an application', async () => {
      const { body } = await token(
        host,
        { id: 'sensor' },
        { grant_type: 'client_credentials', client_id: 'sensor', client_secret: SHOP_SECRET },
      );
      expect(claimsOf(body.access_token)).toMatchObject({ sub: 'sensor', roles: ['visitor'] });
    });

    test('permissions form a tree, and choosing a node chooses what is below', async () => {
      expect(await permissionsOf('reporter')).toEqual([
        'content:edit',
        'content:pages:publish',
        'content:read',
        'session:logout',
      ]);
    });

    test('one permission brings another: who may log in may log out', async () => {
      expect(await permissionsOf('visitor')).toEqual(['session:login', 'session:logout']);
    });

    test('permissions go to users, groups and roles, by a person or automatically', async () => {
      expect(await permissionsOf('directly')).toContain('media:read'); // to a user
      expect(await permissionsOf('reporter')).toContain('content:read'); // by a group and its role
      expect(await permissionsOf('berliner')).toContain('offers:see'); // by a rule
      await command('assign', 'user', 'nobody', 'permission', 'media:read', '--at', SHOP); // by a person
      expect(await permissionsOf('nobody')).toContain('media:read');
    });

    test('editing a role changes every holder at once', async () => {
      const { tokens } = await signedIn('changing');
      await changed(
        `roles:\n  - name: visitor\n    policies: [{ resourceServer: ${SHOP}, permission: 'media:read' }]\n`,
      );
      const { body } = await refresh(host, app, tokens.refresh_token, { resource: SHOP });
      expect(claimsOf(body.access_token)['permissions']).toEqual(['session:logout', 'media:read']);
      expect(await permissionsOf('visitor')).toEqual(['media:read', 'session:logout']);
    });
  });

  describe('Ibexa:', () => {
    test('everything is denied by default', async () => {
      expect(await may('buyer', 'content:edit', { own: true, language: 'de' })).toBe(false);
    });

    test('a policy may have wildcards', async () => {
      expect(await permissionsOf('editor')).toEqual(['content:read', 'media:read', 'session:logout']);
    });

    test('policies are ORed, limitations ANDed, a limitation’s values ORed', async () => {
      const edit = (properties: object) => may('editor', 'content:edit', properties);
      expect(await edit({ own: true, language: 'de' })).toBe(true);
      expect(await edit({ own: true, language: 'en' })).toBe(true);
      expect(await edit({ own: true, language: 'fr' })).toBe(false);
      expect(await edit({ language: 'de' })).toBe(false);
      expect(await edit({ within: ['sports'], language: 'fr' })).toBe(true);
    });

    test('limitations narrow by time, place, group, owner, attribute and the state of the system', async () => {
      const here = { ip_address: '8.8.8.8' };
      await host.advance(msUntil(9));
      expect(await may('clerk', 'calls:take', {}, here)).toBe(true);
      expect(await may('clerk', 'calls:take', {}, { ip_address: '192.0.2.1' })).toBe(false);
      expect(await may('clerk', 'calls:take')).toBe(false);
      // Each request signs in again, and the limit is three sessions.
      expect(await may('clerk', 'calls:take', {}, here)).toBe(false);
      await command('user', 'sign-out', 'clerk');
      expect(await may('clerk', 'calls:take', {}, here)).toBe(true);
      expect(await may('outside', 'calls:take', {}, here)).toBe(false);
      expect(await may('silent', 'calls:take', {}, here)).toBe(false);
      await host.advance(msUntil(20));
      expect(await may('clerk', 'calls:take', {}, here)).toBe(false);
    });

    test('limitations both judge one object and filter lists', async () => {
      const { id: me } = await signedIn('editor');
      const pages = [
        { id: '1', properties: { owner: me['sub'], language: 'de' } },
        { id: '2', properties: { owner: me['sub'], language: 'fr' } },
        { id: '3', properties: { owner: 'somebody else', language: 'de' } },
        { id: '4', properties: { owner: 'somebody else', within: ['sports'] } },
        { id: '5', properties: { owner: 'somebody else', within: ['berliners'] } },
      ] as const;
      const evaluation = { subject: { type: 'user', id: me['sub'] }, action: { name: 'content:edit' } };
      const filter = (await told('filter', { ...evaluation, resource: { type: 'page' } })) as Filter;
      expect([filter.rows, filter.where]).toEqual([
        'some',
        [
          { field: 'owner', in: [me['sub']] },
          { field: 'within', in: ['newsroom', 'sports'] },
        ],
      ]);
      // An application reads candidates by its indexed fields, and then evaluates each of them.
      const read = pages.filter(({ properties }) =>
        filter.where?.some(({ field, in: values }) =>
          [(properties as Partial<Record<typeof field, unknown>>)[field]]
            .flat()
            .some((one) => values.includes(String(one))),
        ),
      );
      expect(read.map(({ id }) => id)).toEqual(['1', '2', '4']);
      const { evaluations } = (await told('evaluations', {
        ...evaluation,
        evaluations: read.map((resource) => ({ resource: { type: 'page', ...resource } })),
      })) as { readonly evaluations: readonly { readonly decision: boolean }[] };
      expect(read.filter((_page, at) => evaluations[at]?.decision).map(({ id }) => id)).toEqual(['1', '4']);
    });

    test('a list of which all, or nothing, may be seen need not be judged', async () => {
      const filterFor = async (username: string, action: string) => {
        const subject = { type: 'user', id: (await signedIn(username)).id['sub'] };
        return (await told('filter', { subject, action: { name: action } })) as Filter;
      };
      expect(await filterFor('editor', 'media:read')).toEqual({
        rows: 'all',
        context: { reasons: ['The person may media:read at https://shop.test.', expect.stringContaining('editor')] },
      });
      expect(await filterFor('visitor', 'content:edit')).toMatchObject({ rows: 'none' });
      expect(await told('filter', { action: { name: 'media:read' } })).toMatchObject({
        detail: expect.stringContaining('subject'),
      });
    });

    test('a role assignment can carry a limitation of its own', async () => {
      expect(await may('trainee', 'content:edit')).toBe(false);
      expect(await may('trainee', 'content:edit', {}, { ip_address: '10.0.0.9' })).toBe(true);
      // And no token says that it holds.
      expect(await permissionsOf('trainee')).toEqual(['session:logout']);
    });

    test('nobody puts themselves into a segment by what they say of themselves', async () => {
      const { visitor } = await signedIn('nobody');
      const page = await visitor.visit(`${host.issuer}/account/profile`);
      expect([page.heading, 'locale' in page.fields, 'zoneinfo' in page.fields]).toEqual(['Profile', true, false]);
      expect((await visitor.submit(page, { zoneinfo: 'Europe/Vienna' })).status).toBe(400);
      expect((await visitor.submit(page, { locale: 'de-AT' })).status).toBe(200);
      expect((await signedIn('nobody')).id).not.toHaveProperty('segments', expect.arrayContaining(['alpine']));
      expect(await may('nobody', 'offers:see')).toBe(false);
    });

    test('segments, by what is known of a person, stand in segment groups and reach applications', async () => {
      expect((await signedIn('berliner')).id['segments']).toEqual(['berliners', 'night owls']);
    });

    test('customer groups carry permissions and reach applications as a claim', async () => {
      const { id, access } = await signedIn('buyer');
      expect([id['customer_group'], access['permissions']]).toEqual(['wholesale', ['session:logout', 'offers:see']]);
    });
  });
});
