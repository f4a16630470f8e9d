/** People sign in at a SAML identity provider, whose answer comes by a form of another site and counts for the browser that began it, once. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { minutes, now } from '../../src/base/clock.js';
import { MOST_FROM_ADDRESS } from '../../src/identity/throttling/redirect-throttle.js';
import { atTime } from '../support/at-time.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { ldapRealm } from './ldap-realm.js';
import { errorOf } from './redirect-realm.js';
import { acsOf, addSaml, answerTo, bring, goneTo, signInBySaml, tokensAfter } from './saml-realm.js';

const EXPIRED = 'This page is no longer valid';

describe.each(['sqlite', 'mongodb'] as const)('a sign-in by SAML, on %s', (store) => {
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    await addSaml(host);
    await addSaml(host, { id: 'other', displayName: 'Other Inc.' });
  });

  test('ends at the application, with one account for each subject', async () => {
    const { claims } = await tokensAfter(host, await signInBySaml(host));
    expect(claims).toMatchObject({ idp: 'partner', amr: ['fed'], acr: 'urn:gatehouse:acr:password' });
    expect((await tokensAfter(host, await signInBySaml(host))).claims['sub']).toBe(claims['sub']);
    const nameId = '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">ned-2</saml:NameID>';
    expect((await tokensAfter(host, await signInBySaml(host, { nameId }))).claims['sub']).not.toBe(claims['sub']);
  });

  test('asks as the profile says, and signs that', async () => {
    const { request } = await goneTo(host);
    expect(request.xml).toContain(`AssertionConsumerServiceURL="${acsOf(host)}"`);
    expect(request.xml).toContain(`<saml:Issuer>${host.issuer}/connector/partner/metadata</saml:Issuer>`);
    expect(request.xml).not.toContain('ForceAuthn');
    expect(request.xml).not.toContain('NameIDPolicy');
    expect(request.xml).not.toContain('RequestedAuthnContext');
    expect(Buffer.byteLength(request.relayState)).toBeLessThanOrEqual(80);
    expect([...request.url.searchParams.keys()]).toEqual(['SAMLRequest', 'RelayState', 'SigAlg', 'Signature']);
    expect((await goneTo(host, { prompt: 'login' })).request.xml).toContain('ForceAuthn="true"');
  });

  test('takes an answer once, also if twenty browsers bring it at once', async () => {
    const { visitor, request } = await goneTo(host);
    const xml = answerTo(host, request);
    const tickets = await Promise.all(Array.from({ length: 20 }, () => bring(host, xml, request.relayState)));
    const pages = await Promise.all(tickets.map((ticket) => visitor.request(ticket)));
    const locations = pages.map(({ headers }) => headers.get('location') ?? '');
    expect(locations.filter((location) => location.includes('/auth/'))).toHaveLength(1);
    const again = await goneTo(host);
    expect(await bring(host, xml, again.request.relayState)).toContain('error=saml-in-response-to');
  });

  test('takes an assertion once, whatever sign-in it is for', async () => {
    const assertionId = '_the-same';
    await tokensAfter(host, await signInBySaml(host, { assertionId }));
    const { page } = await signInBySaml(host, { assertionId });
    expect([page.status, page.left]).toEqual([503, undefined]);
  });

  test('is for the browser that began it', async () => {
    const away = await goneTo(host);
    const ticket = await bring(host, answerTo(host, away.request), away.request.relayState);
    expect((await new Visitor().visit(ticket)).text).toContain(EXPIRED);
    const other = await goneTo(host);
    const stolen = ticket.replace(/sign-in\/[^/]+/, `sign-in/${other.request.relayState.split('.')[0]}`);
    expect((await other.visitor.visit(stolen)).left).toBeUndefined();
    // Nothing of that took it away from whose it is.
    expect((await away.visitor.visit(ticket)).left).toBeDefined();
  });

  test('takes no answer that is for another sign-in or came by another connector, whoever brings its ticket', async () => {
    const [attacker, victim] = [await goneTo(host), await goneTo(host)];
    const stolen = new URL(await bring(host, answerTo(host, attacker.request), attacker.request.relayState));
    const own = new URL(await bring(host, answerTo(host, victim.request), victim.request.relayState));
    const mixed = new URL(own);
    mixed.searchParams.set('ticket', stolen.searchParams.get('ticket') ?? '');
    expect((await victim.visitor.visit(mixed)).left).toBeUndefined();
    // The victim's own sign-in is still there.
    expect((await victim.visitor.visit(own)).left).toBeDefined();

    const away = await goneTo(host);
    const again = await goneTo(host, undefined, { visitor: away.visitor, words: 'Continue with Other Inc.' });
    const byOther = answerTo(host, again.request, {}, 'other');
    const ticket = new URL(await bring(host, byOther, again.request.relayState, 'other'));
    const elsewhere = new URL(ticket.href.replace('/redirect/other/', '/redirect/partner/'));
    expect((await away.visitor.visit(elsewhere)).left).toBeUndefined();
  });

  test('is not ended by garbage that names it', async () => {
    const away = await goneTo(host);
    const { id, relayState } = away.request;
    const forged = answerTo(host, { id }, { sign: 'none' });
    expect(await bring(host, forged, relayState)).toContain('error=saml-not-signed');
    expect(await bring(host, `<a ID="${id}"/>`, relayState)).toContain('error=saml-message');
    const { claims } = await tokensAfter(host, await signInBySaml(host, {}, away));
    expect(claims['idp']).toBe('partner');
  });

  test('takes an answer of 200 KB, and no form of a megabyte', async () => {
    const away = await goneTo(host);
    const groups = Array.from({ length: 1000 }, (_, n) => `${n} ${'g'.repeat(150)}`);
    const { page } = await signInBySaml(host, { attributes: { groups }, assertionId: '_large' }, away);
    expect(page.left).toBeDefined();
    const again = await goneTo(host);
    const body = new URLSearchParams({ RelayState: again.request.relayState, SAMLResponse: 'A'.repeat(1024 * 1024) });
    const refused = await new Visitor().request(acsOf(host), { method: 'POST', body });
    expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
  });

  test('says in a sentence that the provider said no, and lets the person try again', async () => {
    const denied = await signInBySaml(host, { status: 'Responder', subStatus: 'AuthnFailed', sign: 'none' });
    expect(errorOf(denied.page)).toContain('You were not signed in there');
    const passive = await signInBySaml(host, { status: 'Responder', subStatus: 'NoPassive', sign: 'none' });
    expect(passive.page.status).toBe(503);
    expect(denied.page.text).toContain('Continue with Partner Inc.');
  });

  test('is refused where an answer is not posted, or came for nothing', async () => {
    const { visitor, request } = await goneTo(host);
    const url = `${acsOf(host)}?${new URLSearchParams({ state: request.relayState, ticket: 'made-up' })}`;
    expect((await visitor.visit(url)).left).toBeUndefined();
    expect(await bring(host, answerTo(host, request), '')).toBe('400');
    expect(await bring(host, answerTo(host, request), 'x'.repeat(200))).toBe('400');
  });

  test('is not proved for an address that sends thousands', async () => {
    const { answerThrottle } = host.parts;
    const away = await goneTo(host);
    for (let n = 0; n < MOST_FROM_ADDRESS; n++) answerThrottle.begin('127.0.0.1');
    const { id, relayState } = away.request;
    expect(await bring(host, answerTo(host, { id }), relayState)).toContain('error=too-many-waiting');
    await atTime(now() + minutes(6), async () => {
      expect(await bring(host, answerTo(host, { id }), relayState)).toContain('ticket=');
    });
  });

  test('tells the provider who Gatehouse is', async () => {
    const answered = await fetch(`${host.issuer}/connector/partner/metadata`);
    expect(answered.headers.get('content-type')).toContain('application/samlmetadata+xml');
    const xml = await answered.text();
    expect(xml).toContain(`Location="${acsOf(host)}"`);
    expect(xml).not.toContain('PRIVATE');
    expect((await fetch(`${host.issuer}/connector/nobody/metadata`)).status).toBe(404);
  });
});
