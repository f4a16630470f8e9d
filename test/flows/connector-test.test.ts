/** An administrator tests a connector by signing in at the provider, sees what a sign-in would do, and is signed in nowhere. */
import { describe, expect, test } from '@jest/globals';
import { auditRecords } from '../../src/audit/audit-record.js';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import { Visitor } from '../support/visitor.js';
import { by, changeConnector } from './ldap-realm.js';
import { linksOf } from './redirect-realm.js';
import { changedKinds, partnerInput, signedInThere, textOf, useTestedRealm } from './tested-realm.js';

const app = application('public');
const ORDERS = { resource: 'https://orders.test', scope: 'openid orders:write' };

describe.each(['sqlite', 'mongodb'] as const)('a test of a connector, on %s', (store) => {
  const { host, upstream, command, link, begun, tested } = useTestedRealm(store);

  test('is begun by a link of the command line, which says how long it lasts and what it does', async () => {
    const lines = await command('test', 'partner', '--sign-in');
    expect(lines[0]).toMatch(new RegExp(`^${host.issuer}/connector/partner/test\\?ticket=[\\w.%-]+$`));
    expect(lines.join('\n')).toContain('Open it in a browser within 10 minutes (until ');
    expect(lines.join('\n')).toContain('Nobody is signed in here, and nothing is changed.');
    expect(lines.join('\n')).toContain(`${host.issuer}/connector/partner/callback`);
    const json = JSON.parse((await command('test', 'partner', '--sign-in', '--json')).join('\n')) as object;
    expect(Object.keys(json)).toEqual(['link', 'expiresAt']);
  });

  test('leads to the provider as a sign-in does: with PKCE, a nonce and the same redirect URI', async () => {
    const { left } = await begun();
    expect([left.origin, left.searchParams.get('redirect_uri')]).toEqual([
      upstream().issuer,
      `${host.issuer}/connector/partner/callback`,
    ]);
    expect(left.searchParams.get('code_challenge_method')).toBe('S256');
    expect(left.searchParams.get('nonce')?.length).toBeGreaterThan(40);
    expect(left.searchParams.get('state')).toMatch(/^test\.[\w-]{22}$/);
  });

  test('shows each step, what the provider told, the rules, and what a sign-in would do', async () => {
    const page = await tested('ada');
    expect([page.status, page.heading]).toEqual([200, 'Test of Partner Inc.']);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const text = textOf(page);
    for (const part of [
      'The sign-in there worked. Nobody was signed in here, and nothing was changed.',
      'A new user ada would be created in partner, with:',
      'email: ada@upstream.test',
      'emailVerified: true',
      'role seller: added',
      'Discovery document ok issuer: http://127.0.0.1:',
      'Signing keys ok keys: 1',
      'Answer to the request ok Code and tokens ok Id, claims and groups ok',
      'Id of the person subject-of-ada preferred_username ada email ada@upstream.test',
      'Groups staff Level not told Signed in there',
      'Profile rule 1 (username): set "ada".',
      'Group rule 1: group "staff", set "seller".',
      'gatehouse connector test partner --sign-in',
    ])
      expect(text).toContain(part);
    expect(
      await host.parts.links.find({ connector: 'partner', issuer: '', subject: 'subject-of-ada' }),
    ).toBeUndefined();
  });

  test('says what a sign-in then does, by the words of `connector explain`', async () => {
    expect(textOf(await tested('bo'))).toContain('A new user bo would be created in partner');
    const asked = ask(host, app, ORDERS);
    const visitor = new Visitor();
    const page = await visitor.visit(asked.url);
    const { left = '' } = await visitor.visit(linksOf(page).get('Continue with Partner Inc.') ?? '');
    const arrived = await visitor.visit(await signedInThere(new URL(left), 'bo'));
    const { sub } = claimsOf((await exchange(host, asked, codeOf(arrived))).body.id_token);
    expect(textOf(await tested('bo'))).toContain(
      `The user would be bo (${String(sub)}), who is linked to this subject.`,
    );
  });

  test('says why somebody would be refused, asked or blocked', async () => {
    await changeConnector(host, { provisioning: { mode: 'refuse' } }, 'partner');
    expect(textOf(await tested('cy'))).toContain(
      'The sign-in would be refused: nobody is linked to this subject, and provisioning.mode is refuse.',
    );
    await changeConnector(host, { provisioning: { mode: 'create' }, linking: 'ask' }, 'partner');
    expect(textOf(await tested('cy'))).toContain('The person would be asked for an existing account');
    await changeConnector(host, { linking: 'never' }, 'partner');
    const user = await host.parts.identifiers.holderOf('partner', 'bo');
    await host.parts.users.update(by, user?.id ?? '', { block: {} });
    expect(textOf(await tested('bo'))).toContain('The sign-in would be refused: blocked by administrator since');
  });

  test('works while the connector is disabled, and says so', async () => {
    await changeConnector(host, { enabled: false }, 'partner');
    const text = textOf(await tested('dee'));
    await changeConnector(host, { enabled: true }, 'partner');
    expect(text).toContain('Connector partner is disabled: nobody signs in through it.');
    expect(text).toContain('A new user dee would be created in partner');
  });

  test('names the step that failed, its reason, and what to do', async () => {
    await changeConnector(host, { secret: 'a secret of somebody else' }, 'partner');
    const page = await tested('eve');
    await changeConnector(host, { secret: upstream().clientSecret }, 'partner');
    const text = textOf(page);
    expect(page.text).toContain('<title>Error: Test of Partner Inc.');
    expect(text).toContain(
      'The sign-in there failed. The provider does not accept the client id or secret. Check both, and clientAuthentication. client-refused',
    );
    expect(text).toContain('Answer to the request ok Code and tokens failed client-refused');
    expect(text).not.toContain('What the provider told');
  });

  test('says so where the person cancels there', async () => {
    const text = textOf(await tested('deny'));
    expect(text).toContain('You cancelled there, or the provider does not let this account in.');
    expect(text).toContain('Answer to the request failed denied');
  });

  test('shows at once that the provider cannot be reached', async () => {
    const { connection } = partnerInput(upstream());
    await changeConnector(host, { connection: { ...connection, issuer: 'http://127.0.0.1:9' } }, 'partner');
    const page = await new Visitor().visit(await link());
    await changeConnector(host, { connection }, 'partner');
    expect([page.left, page.heading]).toEqual([undefined, 'Test of Partner Inc.']);
    expect(textOf(page)).toContain('Discovery document failed unreachable');
    expect(textOf(page)).toContain('The provider could not be reached. Check the address, DNS and firewall.');
  });

  test('changes nothing but the hashes of ticket and state, and one audit record', async () => {
    // The record, and its mark until it is in the chain.
    expect(await changedKinds(host, () => tested('fay'))).toEqual({ auditRecords: 2, usedOnce: 2 });
    const { rows } = await host.parts.realm
      .of(auditRecords)
      .find('byKind', { kind: 'connector.tested' }, { limit: 100 });
    expect(rows.at(-1)).toMatchObject({
      ...{ actorKind: 'host', subjectKind: 'connector', subjectId: 'partner', outcome: 'success' },
      details: { result: 'creates' },
    });
    const failed = rows.filter(({ outcome }) => outcome === 'failure').map(({ why, details }) => [why, details]);
    expect(failed).toEqual(
      expect.arrayContaining([
        ['misconfigured', { reason: 'client-refused' }],
        ['denied', {}],
        ['unavailable', { reason: 'unreachable' }],
      ]),
    );
  });

  test('is shown in the language of the browser', async () => {
    const { visitor, left } = await begun();
    const headers = { 'Accept-Language': 'de' };
    const answer = await visitor.request(await signedInThere(left, 'gus'));
    const page = await visitor.visit(new URL(answer.headers.get('location') ?? '', host.issuer), { headers });
    const text = textOf(page);
    expect(text).toContain('Die Anmeldung dort hat funktioniert. Hier wurde niemand angemeldet und nichts geändert.');
    expect(text).toContain('Ein neues Benutzerkonto gus würde in partner angelegt, mit:');
    expect(text).toContain('Rolle seller: hinzugefügt');
  });

  test('takes an answer that comes as a form of another site', async () => {
    const { visitor, left } = await begun();
    const { origin, pathname, searchParams } = await signedInThere(left, 'hal');
    const posted = await new Visitor().request(`${origin}${pathname}`, { method: 'POST', body: searchParams });
    const page = await visitor.visit(new URL(posted.headers.get('location') ?? '', host.issuer));
    expect([posted.status, page.heading]).toEqual([303, 'Test of Partner Inc.']);
  });
});
