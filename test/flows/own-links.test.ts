/** People link an account at another identity provider themselves, at `/account/links`. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { auditRecords } from '../../src/audit/audit-record.js';
import { MOST_FROM_ADDRESS } from '../../src/identity/throttling/redirect-throttle.js';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import { Visitor } from '../support/visitor.js';
import { made } from '../identity/identity-store.js';
import { by, changeConnector } from './ldap-realm.js';
import { offeredBy, useOwnLinks } from './own-links-realm.js';
import { addRedirect, linksOf } from './redirect-realm.js';

const app = application('public');
const ORDERS = { resource: 'https://orders.test', scope: 'openid orders:write' };
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>';
const LOGO = `data:image/svg+xml;base64,${Buffer.from(SVG).toString('base64')}`;

describe.each(['sqlite', 'mongodb'] as const)('a link of the own account, on %s,', (store) => {
  const { host, upstream, links, person, opened, press, begun, callback, subjectsOf, said } = useOwnLinks(store);
  beforeAll(async () => {
    await addRedirect(host, { id: 'silent', displayName: 'Silent', linking: 'never' });
    await addRedirect(host, {
      ...{ id: 'trusting', displayName: 'Trusting', linking: 'trust-verified-email', logo: LOGO },
      domains: [{ name: 'trusted.test', enforce: false }],
      mapping: { profile: [{ field: 'email', from: 'email' }], emailTrust: 'always' },
    });
    await addRedirect(host, { id: 'off', displayName: 'Off', linking: 'ask', enabled: false });
    await addRedirect(host, {
      ...{ id: 'known', displayName: 'Known', linking: 'ask', provisioning: { mode: 'known' } },
    });
    await addRedirect(host, {
      ...{ id: 'closed', displayName: 'Closed', linking: 'ask', provisioning: { mode: 'refuse' } },
    });
    await addRedirect(host, {
      ...{ id: 'company', displayName: 'Company', linking: 'ask' },
      domains: [{ name: 'company.test', enforce: true, except: [] }],
    });
  });

  const users = async () => (await host.parts.users.listByUserstore('corp', { limit: 100 })).rows.length;

  test('signs the same user in from then on, with the roles of the mapping, and the trail says who made it', async () => {
    const id = await person('ada');
    upstream.knows('ada', { name: 'somebody' }, {}, ['sales']);
    const { visitor, state } = await begun('ada');
    const page = await visitor.visit(callback({ code: 'ada', state }));
    expect([page.status, page.heading]).toEqual([200, 'Linked accounts']);
    expect(page.text).toContain('The account is linked.');
    expect(page.text).toContain('<h2>Example Corp</h2>');
    expect(offeredBy(page)).not.toContain('corp');
    expect(await subjectsOf(id)).toEqual(['subject of ada']);

    const asked = ask(host, app, ORDERS);
    const there = new Visitor();
    const signIn = await there.visit(asked.url);
    const { url } = await there.visit(linksOf(signIn).get('Continue with Example Corp') ?? '');
    const answered = callback({ code: 'ada', state: url.searchParams.get('state') ?? '' });
    const { body } = await exchange(host, asked, codeOf(await there.visit(answered)));
    expect(claimsOf(body.id_token)).toMatchObject({ sub: id, idp: 'corp' });
    expect(claimsOf(body.access_token)['roles']).toEqual(['seller']);

    const { rows } = await host.parts.realm.of(auditRecords).find('byKind', { kind: 'user.linked' }, { limit: 100 });
    expect(rows.filter(({ subjectId }) => subjectId === id)).toEqual([
      expect.objectContaining({ actorKind: 'user', actorId: id, details: { connector: 'corp' } }),
    ]);
    expect(await users()).toBe(0);
  });

  test('is offered where the rules of the connector and of the account allow one', async () => {
    await person('bo');
    const { page } = await opened('bo');
    expect(offeredBy(page).toSorted()).toEqual(['company', 'corp', 'known', 'trusting']);
    expect(page.text).toContain('>Connect Example Corp<');
    const [, logo = ''] = /<img src="([^"]*connector-trusting[^"]*)"/.exec(page.text) ?? [];
    expect((await fetch(new URL(logo, links()))).status).toBe(200);

    await person('bert', { email: 'bert@company.test', emailVerified: false });
    expect(offeredBy((await opened('bert')).page)).toContain('corp');
  });

  test('is not begun where it is not offered, and the provider hears of nothing', async () => {
    await person('cy');
    const { visitor, page } = await opened('cy');
    const before = upstream.asked.length;
    for (const connector of ['silent', 'off', 'closed', 'primary', 'nothing', '../corp'])
      expect(said(await press(visitor, page, connector))).toEqual([
        ...[409, 'Nothing was linked: you cannot link an account of this service.'],
      ]);
    for (const changed of [{ csrf: 'forged' }, { more: 'x' }, { connector: 'x'.repeat(101) }])
      expect((await press(visitor, page, 'corp', changed)).status).toBeGreaterThanOrEqual(400);
    expect(upstream.asked).toHaveLength(before);
  });

  test('asks there which account it is', async () => {
    await person('cora');
    await begun('cora');
    expect(upstream.asked.at(-1)).toMatchObject({ choosesAccount: true });
  });

  test('is made with the account that asked, whoever has the name or the address of the account there', async () => {
    const [dee, other] = [await person('dee'), await person('doris', { email: 'd@trusted.test', emailVerified: true })];
    upstream.knows('dee', { email: 'd@trusted.test' });
    const { visitor, page } = await opened('dee');
    const state = (await press(visitor, page, 'trusting')).url.searchParams.get('state') ?? '';
    expect((await visitor.visit(callback({ code: 'dee', state }, 'trusting'))).text).toContain(
      'The account is linked.',
    );
    expect([await subjectsOf(dee), await subjectsOf(other)]).toEqual([['subject of dee'], []]);

    const before = made(await host.parts.users.create(by, { username: 'named', userstore: 'corp' })).id;
    upstream.knows('named', { name: 'named' });
    const { visitor: again, state: second } = await begun('dee', visitor);
    await again.visit(callback({ code: 'named', state: second }));
    expect((await subjectsOf(dee)).toSorted()).toEqual(['subject of dee', 'subject of named']);
    expect(await subjectsOf(before)).toEqual([]);
  });

  test('is not made with an account that is linked to somebody else', async () => {
    const [eve, fay] = [await person('eve'), await person('fay')];
    upstream.knows('fay', { name: 'fay' });
    made(await host.parts.links.add(by, fay, { connector: 'corp', issuer: '', subject: 'subject of fay' }));
    const refused = [409, expect.stringContaining('that account is linked to another user here')];
    const { visitor, state } = await begun('eve');
    expect(said(await visitor.visit(callback({ code: 'fay', state })))).toEqual(refused);
    // Nor with one that signs nobody in meanwhile.
    made(await host.parts.links.suspend(by, { connector: 'corp', issuer: '', subject: 'subject of fay' }, 'gone'));
    const { state: again } = await begun('eve', visitor);
    expect(said(await visitor.visit(callback({ code: 'fay', state: again })))).toEqual(refused);
    expect([await subjectsOf(eve), await subjectsOf(fay)]).toEqual([[], ['subject of fay']]);
  });

  test('is one for each connector, also of two that were begun', async () => {
    const id = await person('gus');
    for (const code of ['gus', 'guy']) upstream.knows(code, { name: code });
    const first = await begun('gus');
    const second = await begun('gus');
    await first.visitor.visit(callback({ code: 'gus', state: first.state }));
    expect(said(await second.visitor.visit(callback({ code: 'guy', state: second.state })))).toEqual([
      ...[403, expect.stringContaining('that account may not sign in here')],
    ]);
    expect(await subjectsOf(id)).toEqual(['subject of gus']);
  });

  test('is refused by the rules of the connector, and what it allowed when the link was begun does not count', async () => {
    const id = await person('hal');
    upstream.knows('hal', { name: 'hal', hd: 'other.test' });
    const NOT_ADMITTED = [403, expect.stringContaining('that account may not sign in here')];
    const NOT_OFFERED = [409, expect.stringContaining('you cannot link an account of this service')];
    const visitor = new Visitor();
    for (const [patch, expected] of [
      [{ rules: { claims: [{ claim: 'hd', values: ['example.test'] }] } }, NOT_ADMITTED],
      [{ linking: 'never' }, NOT_ADMITTED],
      [{ provisioning: { mode: 'refuse' } }, NOT_ADMITTED],
      [{ enabled: false }, NOT_OFFERED],
    ] as const) {
      const { state } = await begun('hal', visitor);
      await changeConnector(host, patch);
      expect(said(await visitor.visit(callback({ code: 'hal', state })))).toEqual(expected);
      const back = { linking: 'ask', enabled: true, rules: null, provisioning: { mode: 'create' } };
      await changeConnector(host, back);
    }
    expect([await subjectsOf(id), await users()]).toEqual([[], 1]);
  });

  test('is not made for who may sign in by another connector alone', async () => {
    const id = await person('ida');
    upstream.knows('ida', { name: 'ida' });
    const { visitor, state } = await begun('ida');
    const redeemed = upstream.redeemed;
    made(await host.parts.users.update(by, id, { email: 'ida@company.test', emailVerified: true }));
    const page = await visitor.visit(callback({ code: 'ida', state }));
    expect(said(page)).toEqual([409, expect.stringContaining('you cannot link an account of this service')]);
    expect([offeredBy(page), upstream.redeemed, await subjectsOf(id)]).toEqual([['company'], redeemed, []]);
  });

  test('says when the person cancelled there, and when the provider does not work', async () => {
    await person('jo');
    const { visitor, state } = await begun('jo');
    expect(said(await visitor.visit(callback({ error: 'access_denied', state })))).toEqual([
      ...[403, 'Nothing was linked: you were not signed in there. Try again.'],
    ]);
    const failed = [503, expect.stringContaining('you cannot be signed in there at the moment')];
    const { state: again } = await begun('jo', visitor);
    expect(said(await visitor.visit(callback({ code: 'unknown', state: again })))).toEqual(failed);
    const { page } = await opened('jo', visitor);
    upstream.fault = { kind: 'unavailable', reason: 'unreachable' };
    const unreachable = await press(visitor, page);
    expect([...said(unreachable), unreachable.headers.get('retry-after')]).toEqual([...failed, '5']);
  });

  test('is begun so often at most, from one address', async () => {
    await person('kim');
    const { visitor, page } = await opened('kim');
    const { redirectThrottle } = host.parts;
    for (let begins = 0; begins < MOST_FROM_ADDRESS; begins++) redirectThrottle.begin('127.0.0.1');
    const before = upstream.asked.length;
    const throttled = await press(visitor, page);
    expect([throttled.status, Number(throttled.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(upstream.asked).toHaveLength(before);
  });
});
