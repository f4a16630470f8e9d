/** What a sign-in by SAML costs, how long its session lasts, which level it reaches, and what its test says. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { minutes, now } from '../../src/base/clock.js';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { sessions } from '../../src/sessions/session.js';
import { type CountingStore, countCalls } from '../../src/storage/counting.js';
import { made } from '../identity/identity-store.js';
import { posted, timeText } from '../federation/saml/stand-in/response.js';
import { ask, application, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { atTime } from '../support/at-time.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { by, changeConnector, ldapRealm } from './ldap-realm.js';
import {
  acsOf,
  addSaml,
  answerTo,
  goneTo,
  type SamlFields,
  sentRequest,
  signInBySaml,
  tokensAfter,
} from './saml-realm.js';

const OURS = 'a password of ours';
const app = application('public');
const MFA = 'https://refeds.org/profile/mfa';
const TWO = 'urn:gatehouse:acr:two-factor';

describe.each(['sqlite', 'mongodb'] as const)('a sign-in by SAML, on %s', (store) => {
  let counting: CountingStore;
  const host = useInProcessHost({
    ...ldapRealm(store),
    installation: {
      watch(inner) {
        counting = countCalls(inner, ['changeMarkers']);
        return counting.store;
      },
    },
  });
  beforeAll(async () => {
    await addSaml(host);
    const { users } = host.parts;
    made(await users.create(by, { username: 'paul', password: { clear: OURS, generated: false } }));
    await withPassword();
    await withSaml();
  });

  const scope = { scope: 'openid email' };
  async function userOf({ sub }: { readonly sub?: unknown }) {
    const user = await host.parts.users.get(String(sub));
    if (!user) throw new Error('Nobody has this id.');
    return user;
  }
  async function withPassword(): Promise<void> {
    const asked = ask(host, app, scope);
    const page = await signIn(new Visitor(), asked, 'paul', OURS);
    expect((await exchange(host, asked, codeOf(page))).status).toBe(200);
  }
  const withSaml = async (written: Parameters<typeof signInBySaml>[1] = {}) =>
    tokensAfter(
      host,
      await signInBySaml(host, { assertionId: `_${randomUUID()}`, ...written }, await goneTo(host, scope)),
    );
  async function calls(run: () => Promise<unknown>): Promise<readonly [number, readonly string[]]> {
    await host.parts.aggregator.flush();
    counting.reset();
    await run();
    const tally = counting.tally();
    return [tally.portCalls, tally.calls];
  }

  test('costs four calls of the store more than a password of ours', async () => {
    const [ours, ourCalls] = await calls(withPassword);
    const [theirs, theirCalls] = await calls(withSaml);
    if (theirs > ours + 4) expect([theirs, theirCalls]).toEqual([ours + 4, ourCalls]);
    expect(theirs).toBeGreaterThan(ours);
  });

  test('has a session that ends when that of the provider does', async () => {
    const ends = now() + minutes(30);
    const signed = await signInBySaml(
      host,
      { assertionId: `_${randomUUID()}`, sessionNotOnOrAfter: timeText(ends) },
      await goneTo(host, scope),
    );
    const { body, claims } = await tokensAfter(host, signed);
    const { rows } = await host.parts.sessions.list(await userOf(claims), {
      limit: 100,
    });
    const session = await host.parts.realm.of(sessions).get(rows[0]?.id ?? '');
    expect([session?.endsAt, (session?.expiresAt ?? 0) <= ends]).toEqual([ends, true]);
    // Whatever is done in it meanwhile.
    await atTime(ends - minutes(1), async () => {
      expect((await signed.visitor.visit(`${host.issuer}/account`)).url.pathname).toBe('/account');
    });
    await atTime(ends + minutes(1), async () => {
      const { heading } = await signed.visitor.visit(`${host.issuer}/account`);
      expect(heading).toBe('Sign in');
      expect((await refresh(host, app, body.refresh_token, {})).status).toBe(400);
    });
    expect((await withSaml()).claims['idp']).toBe('partner');
  });

  test('reaches the level of the class that the provider answers with, and not of the one that was asked for', async () => {
    const { connection, subject } = (await host.parts.connectors.get('partner')) as SamlFields;
    const level = [{ from: MFA, to: TWO }];
    const profile = [{ field: 'username', from: 'nameId' }];
    await changeConnector(host, { connection, subject, mapping: { profile, level } }, 'partner');
    const away = await goneTo(host, { ...scope, acr_values: TWO });
    expect(away.request.xml).toContain(`<saml:AuthnContextClassRef>${MFA}</saml:AuthnContextClassRef>`);
    expect(away.request.xml).toContain('Comparison="exact"');
    const strong = await signInBySaml(host, { contextClass: MFA, assertionId: `_${randomUUID()}` }, away);
    expect((await tokensAfter(host, strong)).claims['acr']).toBe(TWO);
    const weak = await signInBySaml(
      host,
      { assertionId: `_${randomUUID()}` },
      await goneTo(host, { ...scope, acr_values: TWO }),
    );
    expect(weak.page.left).toBeUndefined();
  });

  test('fails if the person was to prove themselves anew and did not', async () => {
    const away = await goneTo(host, { ...scope, prompt: 'login' });
    const stale = { authnInstant: timeText(now() - minutes(10)), assertionId: `_${randomUUID()}` };
    expect((await signInBySaml(host, stale, away)).page.status).toBe(503);
  });

  test('can be tested in a browser, which says what was signed, and signs nobody in', async () => {
    const lines: string[] = [];
    const command = readConnectorCommand(['test', 'partner', '--sign-in']);
    await runConnectorCommand(by, command, host.parts, { line: (text) => void lines.push(text) });
    const administrator = new Visitor();
    const { left } = await administrator.visit(lines[0] ?? '');
    const request = sentRequest(new URL(left ?? 'nowhere:'));
    const xml = answerTo(host, request, { assertionId: `_${randomUUID()}`, sign: 'both' });
    const body = new URLSearchParams({ SAMLResponse: posted(xml), RelayState: request.relayState });
    const brought = await new Visitor().request(acsOf(host), { method: 'POST', body });
    const shown = await administrator.visit(new URL(brought.headers.get('location') ?? '', host.issuer));
    expect(shown.text).toContain('signed: response and assertion');
    expect(shown.text).toContain('encrypted: no');
    expect((await administrator.visit(`${host.issuer}/account`)).heading).toBe('Sign in');
  });
});
