/** What is not a sign-in takes answers by SAML, too: a link of the own account, and the test of a connector. Each its own, and once. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { minutes, now } from '../../src/base/clock.js';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { NAME_ID, type Written } from '../federation/saml/stand-in/response.js';
import { made } from '../identity/identity-store.js';
import { atTime } from '../support/at-time.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { by, changeConnector, ldapRealm } from './ldap-realm.js';
import { addSaml, answerTo, bring, goneTo, type SentRequest, sentRequest, signInBySaml } from './saml-realm.js';

const OURS = 'a password of ours';
const DONE = 'The account is linked.';
const NO_TEST = 'There is no test here';

describe.each(['sqlite', 'mongodb'] as const)('an answer by SAML, on %s,', (store) => {
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(() => addSaml(host, { linking: 'ask' }));

  const links = (): string => `${host.issuer}/account/links`;
  const nameIdOf = (subject: string): string => NAME_ID.replace('ned-1', subject);
  /** Brings an answer to this request. @returns where it leads */
  const answered = (request: SentRequest, written: Written = {}): Promise<string> =>
    bring(host, answerTo(host, request, { assertionId: `_${randomUUID()}`, ...written }), request.relayState);
  const subjectsOf = async (id: string) => (await host.parts.links.of(id)).map(({ subject }) => subject);
  async function person(username: string): Promise<string> {
    const password = { clear: OURS, generated: false };
    return made(await host.parts.users.create(by, { username, password })).id;
  }
  /** Presses the button of the connector on the page of the links. */
  async function linking(username: string) {
    const visitor = new Visitor();
    const page = await visitor.submit(await visitor.visit(links()), { identifier: username, password: OURS });
    const csrf = /name="csrf" value="([^"]+)"\/?><input type="hidden" name="form" value="connect"/.exec(page.text)?.[1];
    const body = new URLSearchParams({ csrf: csrf ?? '', form: 'connect', connector: 'partner' });
    const { left } = await visitor.visit(links(), { method: 'POST', body });
    return { visitor, request: sentRequest(new URL(left ?? 'nowhere:')) };
  }
  /** Opens the link of a test. */
  async function testing() {
    const lines: string[] = [];
    const command = readConnectorCommand(['test', 'partner', '--sign-in']);
    await runConnectorCommand(by, command, host.parts, { line: (text) => void lines.push(text) });
    const visitor = new Visitor();
    const { left } = await visitor.visit(lines[0] ?? '');
    return { visitor, request: sentRequest(new URL(left ?? 'nowhere:')) };
  }

  test('links an account to the user who asked for that, and then signs them in', async () => {
    const id = await person('ada');
    const { visitor, request } = await linking('ada');
    const nameId = nameIdOf('ada-there');
    expect((await visitor.visit(await answered(request, { nameId }))).text).toContain(DONE);
    expect(await subjectsOf(id)).toEqual(['ada-there']);
    const { page } = await signInBySaml(host, { nameId, assertionId: `_${randomUUID()}` });
    expect(page.left).toBeDefined();
  });

  test('links nothing to another user, nor with the ticket of another answer', async () => {
    const [vera, marlon] = [await person('vera'), await person('marlon')];
    const [victim, attacker] = [await linking('vera'), await linking('marlon')];
    const own = new URL(await answered(victim.request, { nameId: nameIdOf('vera-there') }));
    const theirs = new URL(await answered(attacker.request, { nameId: nameIdOf('marlon-there') }));
    expect((await victim.visitor.visit(theirs)).status).toBe(410);
    const mixed = new URL(own);
    mixed.searchParams.set('ticket', theirs.searchParams.get('ticket') ?? '');
    expect((await victim.visitor.visit(mixed)).status).toBe(410);
    expect([await subjectsOf(vera), await subjectsOf(marlon)]).toEqual([[], []]);
    // Nothing of that used them up.
    expect((await victim.visitor.visit(own)).text).toContain(DONE);
    expect((await attacker.visitor.visit(theirs)).text).toContain(DONE);
    expect(await subjectsOf(vera)).toEqual(['vera-there']);
  });

  test('links nothing if its assertion was used, and signs nobody in if that made a link', async () => {
    const id = await person('bo');
    const used = { assertionId: `_${randomUUID()}`, nameId: nameIdOf('bo-there') };
    const first = await linking('bo');
    expect((await first.visitor.visit(await answered(first.request, used))).text).toContain(DONE);
    expect((await signInBySaml(host, used)).page.status).toBe(503);
    made(await host.parts.links.remove(by, id, (await host.parts.links.of(id))[0]?.id ?? ''));
    const again = await linking('bo');
    expect((await again.visitor.visit(await answered(again.request, used))).status).toBe(410);
    expect(await subjectsOf(id)).toEqual([]);
  });

  test('links nothing if it is garbage, which uses up nothing', async () => {
    const id = await person('eva');
    const { visitor, request } = await linking('eva');
    const garbage = new URL(await answered(request, { sign: 'none' }));
    expect([garbage.pathname, garbage.searchParams.get('error')]).toEqual([
      '/account/links/answer/partner',
      'saml-not-signed',
    ]);
    const nameId = nameIdOf('eva-there');
    expect((await visitor.visit(await answered(request, { nameId }))).text).toContain(DONE);
    expect(await subjectsOf(id)).toEqual(['eva-there']);
  });

  test('is shown once in the browser of its test, also while the connector is disabled', async () => {
    await changeConnector(host, { enabled: false }, 'partner');
    const [one, other] = [await testing(), await testing()];
    const assertionId = `_${randomUUID()}`;
    const ticket = await answered(one.request, { assertionId });
    expect((await other.visitor.visit(ticket)).heading).toBe(NO_TEST);
    expect((await one.visitor.visit(ticket)).text).toContain('signed: assertion');
    expect((await one.visitor.visit(ticket)).heading).toBe(NO_TEST);
    const replayed = await answered(other.request, { assertionId });
    expect((await other.visitor.visit(replayed)).heading).toBe(NO_TEST);
    expect((await other.visitor.visit(await answered(other.request))).text).toContain('signed: assertion');
    await changeConnector(host, { enabled: true }, 'partner');
  });

  test('is taken for what it is for: no test signs in, and no sign-in is a test', async () => {
    const [away, tested] = [await goneTo(host), await testing()];
    const forSignIn = new URL(await answered(away.request, { nameId: nameIdOf('somebody') }));
    const forTest = new URL(await answered(tested.request));
    const crossed = new URL(forSignIn);
    crossed.searchParams.set('ticket', forTest.searchParams.get('ticket') ?? '');
    expect((await away.visitor.visit(crossed)).heading).toBe('Sign in');
    const back = new URL(forTest);
    back.searchParams.set('ticket', forSignIn.searchParams.get('ticket') ?? '');
    expect((await tested.visitor.visit(back)).heading).toBe(NO_TEST);
    expect((await away.visitor.visit(forSignIn)).heading).not.toBe('Sign in');
    expect((await tested.visitor.visit(forTest)).text).toContain('signed: assertion');
  });

  test('comes too late after ten minutes', async () => {
    const id = await person('late');
    const [link, tested] = [await linking('late'), await testing()];
    await atTime(now() + minutes(11), async () => {
      expect((await link.visitor.visit(await answered(link.request))).text).not.toContain(DONE);
      expect(await subjectsOf(id)).toEqual([]);
      expect((await tested.visitor.visit(await answered(tested.request))).heading).toBe(NO_TEST);
    });
  });
});
