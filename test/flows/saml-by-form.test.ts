/** Requests to a SAML identity provider by a form (HTTP-POST): from a page that sends itself, which lets its form lead anywhere. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { made } from '../identity/identity-store.js';
import { application, ask } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, ldapRealm } from './ldap-realm.js';
import { linksOf } from './redirect-realm.js';
import { addSaml, answerTo, bring, SSO } from './saml-realm.js';

const OURS = 'a password of ours';
const app = application('public');

/** The request in the form of a page that leads on. */
function posted({ action, fields }: Page) {
  const { SAMLRequest = '', RelayState: relayState = '', ...others } = fields;
  const xml = Buffer.from(SAMLRequest, 'base64').toString();
  return { action: action.href, id: / ID="([^"]*)"/.exec(xml)?.[1] ?? '', relayState, xml, others };
}

describe.each(['sqlite', 'mongodb'] as const)('a request by a form, on %s,', (store) => {
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    await addSaml(host, { connection: { binding: 'post' }, linking: 'trust-verified-email' });
    const password = { clear: OURS, generated: false };
    made(await host.parts.users.create(by, { username: 'ada', password }));
  });

  const policyOf = async (visitor: Visitor, address: string | URL): Promise<readonly string[]> =>
    ((await visitor.request(address)).headers.get('content-security-policy') ?? '').split(';');

  test('goes to the provider, signed, with a button for browsers without scripts, and its answer signs in', async () => {
    const visitor = new Visitor();
    const page = await visitor.visit(ask(host, app).url);
    const leading = await visitor.visit(linksOf(page).get('Continue with Partner Inc.') ?? 'nowhere:');
    const { action, id, relayState, xml, others } = posted(leading);
    expect([action, others]).toEqual([SSO, {}]);
    expect(xml).toContain('<ds:SignatureValue>');
    expect(leading.text).toContain(' data-send');
    expect(leading.text).toMatch(/<button type="submit">[^<]*Partner Inc\.<\/button>/);
    const { left } = await visitor.visit(await bring(host, answerTo(host, { id }), relayState));
    expect(left).toBeDefined();
  });

  test('is the only page of a sign-in whose form leads elsewhere', async () => {
    const visitor = new Visitor();
    const page = await visitor.visit(ask(host, app).url);
    expect(await policyOf(visitor, page.url)).toContain("form-action 'self'");
    const policy = await policyOf(visitor, linksOf(page).get('Continue with Partner Inc.') ?? 'nowhere:');
    expect(policy.filter((each) => each.startsWith('form-action'))).toEqual([]);
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "frame-ancestors 'none'", "script-src 'self'"]),
    );
  });

  test('leads on from the test of a connector and from the page of the links, too', async () => {
    const lines: string[] = [];
    const command = readConnectorCommand(['test', 'partner', '--sign-in']);
    await runConnectorCommand(by, command, host.parts, { line: (text) => void lines.push(text) });
    const tested = posted(await new Visitor().visit(lines[0] ?? ''));
    expect([tested.action, tested.relayState]).toEqual([SSO, expect.stringMatching(/^test\./)]);

    const visitor = new Visitor();
    const links = `${host.issuer}/account/links`;
    const page = await visitor.submit(await visitor.visit(links), { identifier: 'ada', password: OURS });
    const csrf = /name="csrf" value="([^"]+)"\/?><input type="hidden" name="form" value="connect"/.exec(page.text)?.[1];
    const body = new URLSearchParams({ csrf: csrf ?? '', form: 'connect', connector: 'partner' });
    const linked = posted(await visitor.visit(links, { method: 'POST', body }));
    expect([linked.action, linked.relayState]).toEqual([SSO, expect.stringMatching(/^link\./)]);
  });
});
