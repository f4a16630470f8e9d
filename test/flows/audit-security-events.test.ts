/** What the audit trail holds of sign-ins, consents, sessions and refused requests. */
import { expect, describe, jest, test } from '@jest/globals';
import type { OpenedRecord } from '../../src/audit/audit-trail.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { application, ask, codeOf, exchange, signIn, token } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { passes } from '../support/passes.js';
import { Visitor } from '../support/visitor.js';
import { stores } from './flow-host.js';

const PASSWORD = 'violet lantern in the harbour';
const app = application('shop');
const by = { kind: 'host', id: 'root', requestId: 'test' } as const;

describe.each(stores)('on %s:', (store) => {
  const host = useInProcessHost({
    store,
    background: false,
    realm: {
      clients: [
        {
          ...{ id: 'shop', name: 'Shop', authentication: 'none', redirectUris: [app.redirectUri] },
          ...{ firstParty: false, scopes: ['openid', 'profile'] },
        },
      ],
    },
  });

  /** The records of a kind, the latest first. */
  async function recorded(kind: string): Promise<readonly OpenedRecord[]> {
    const { rows } = await host.parts.realm.of(auditRecords).find('byKind', { kind }, { limit: 20 });
    return host.parts.audit.open(rows);
  }
  async function person(username: string): Promise<string> {
    const made = await host.parts.users.create(by, { username, password: { clear: PASSWORD, generated: false } });
    if (!made.ok) throw new Error(JSON.stringify(made.refusal));
    return made.value.id;
  }
  const arrive = (visitor: Visitor, username: string) =>
    signIn(visitor, ask(host, app, { scope: 'openid profile' }), username, PASSWORD);

  test('login history: a sign-in says how, by which userstore and connector, for which application and from where', async () => {
    const id = await person('ada');
    await signIn(new Visitor(), ask(host, app), 'ada', 'something else');
    await arrive(new Visitor(), 'ada');
    const [success, failure] = await recorded('sign-in');
    const place = { userstore: 'primary', connector: 'primary' };
    expect(success).toMatchObject({
      actorId: id,
      outcome: 'success',
      clientId: 'shop',
      details: { methods: ['pwd'], ...place },
    });
    expect(success?.actor).toMatchObject({ address: expect.any(String) });
    expect(failure).toMatchObject({ subjectId: id, outcome: 'failure', why: 'wrong-credentials', details: place });
  });

  test('security events: a denied consent is recorded once, and is no refused request', async () => {
    const id = await person('bea');
    const visitor = new Visitor();
    await visitor.submit(await arrive(visitor, 'bea'), { decision: 'deny' });
    expect(await recorded('consent.denied')).toMatchObject([{ actorId: id, clientId: 'shop', why: 'consent-denied' }]);
    expect(await recorded('oauth.refused')).toEqual([]);
  });

  test('activity: a given consent names the person and the application', async () => {
    const id = await person('cy');
    const visitor = new Visitor();
    codeOf(await visitor.submit(await arrive(visitor, 'cy'), { decision: 'allow' }));
    const [given] = await recorded('consent.given');
    expect(given).toMatchObject({ subjectKind: 'user', subjectId: id, clientId: 'shop' });
    expect(given?.subject).toMatchObject({ after: { scopes: expect.arrayContaining(['profile']) } });
  });

  test('security events: a code that is used twice is recorded with its owner', async () => {
    const id = await person('di');
    const visitor = new Visitor();
    const asked = ask(host, app, { scope: 'openid profile' });
    const page = await signIn(visitor, asked, 'di', PASSWORD);
    const code = codeOf(await visitor.submit(page, { decision: 'allow' }));
    expect((await exchange(host, asked, code)).status).toBe(200);
    expect((await exchange(host, asked, code)).status).toBe(400);
    expect(await recorded('token.reuse-detected')).toMatchObject([
      { subjectId: id, clientId: 'shop', why: 'code-used' },
    ]);
  });

  test('security events: an unknown client is refused, and its id is sealed and at most 100 characters', async () => {
    const typed = `nobody-${'x'.repeat(200)}`;
    await token(host, application(typed), { grant_type: 'authorization_code', code: 'none' });
    const [refused] = await recorded('oauth.refused');
    expect(refused).toMatchObject({ actorKind: 'system', outcome: 'failure', why: 'client-unknown' });
    expect(refused).not.toHaveProperty('clientId');
    expect(refused?.actor).toMatchObject({ name: typed.slice(0, 100) });
  });

  test('security events: throttled guesses are recorded one by one, and a flood of them is counted', async () => {
    await person('gus');
    // All of it is in one minute, however long it takes.
    passes(0);
    const guess = () => signIn(new Visitor(), ask(host, app), 'gus', 'a guess');
    const throttled = async () => (await recorded('sign-in')).filter(({ why }) => why === 'throttled');
    while ((await guess()).status !== 429) expect(await throttled()).toEqual([]);
    expect(await throttled()).toMatchObject([
      { outcome: 'failure', clientId: 'shop', details: { typed: expect.any(String) } },
    ]);
    expect((await throttled())[0]).not.toHaveProperty('subjectId');
    for (let n = 0; n < 22; n++) await guess();
    await host.parts.aggregator.flush();
    const [counted, ...single] = await throttled();
    expect(counted).toMatchObject({ outcome: 'failure', clientId: 'shop', details: { count: 3 } });
    expect(new Set(single.map(({ details }) => details?.['count']))).toEqual(new Set([undefined]));
    jest.restoreAllMocks();
  });

  test('permission changes: an assignment is recorded from what to what, by whom and why', async () => {
    const id = await person('fay');
    const made = { id: 'a1', kind: 'permission', target: 'gatehouse audit:read', grantedBy: 'host:root' } as const;
    const assignment = { ...made, grantedAt: 1, limitations: [] };
    const because = { ...by, reason: 'joined the auditors' };
    const saved = await host.parts.users.replaceAssignments(because, id, [assignment], 1);
    expect(saved.ok).toBe(true);
    const [changed] = await recorded('user.assignments-replaced');
    expect(changed).toMatchObject({
      actorKind: 'host',
      actorId: 'root',
      subjectId: id,
      actor: { reason: because.reason },
    });
    expect(changed?.subject).toMatchObject({ before: { assignments: [] }, after: { assignments: [made] } });
  });

  test('active sessions: a session says what ended it', async () => {
    const id = await person('ed');
    const visitor = new Visitor();
    codeOf(await visitor.submit(await arrive(visitor, 'ed'), { decision: 'allow' }));
    await visitor.submit(await visitor.visit(`${host.issuer}/session/end`), { logout: 'yes' });
    expect(await recorded('session.ended')).toMatchObject([
      { actorId: id, subjectId: id, details: { cause: 'sign-out' } },
    ]);
    await host.parts.users.signOutEverywhere(by, id);
    await host.parts.users.update(by, id, { state: 'disabled' });
    expect((await recorded('session.ended')).slice(0, 2)).toMatchObject([
      { subjectId: id, details: { cause: 'user-disabled', all: true } },
      { subjectId: id, details: { cause: 'administrator', all: true } },
    ]);
  });
});
