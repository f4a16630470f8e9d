/** A person who signs out at the identity provider is signed out here, as far as the sign-in there reached. */
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { auditRecords } from '../../src/audit/audit-record.js';
import { users } from '../../src/identity/users/user.js';
import { sessions } from '../../src/sessions/session.js';
import { listening, type Listening } from '../http/listening.js';
import { ask, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { Visitor } from '../support/visitor.js';
import { by, changeConnector } from './ldap-realm.js';
import { desk, registered, shop, succeeded, throughUpstream, useUpstreamRealm } from './sign-out-realm.js';

/** With tokens that outlive the session. */
const OFFLINE = { at: desk, params: { scope: 'openid offline_access' } };
const PASSWORD = 'a password of ours';

describe.each(['sqlite', 'mongodb'] as const)('a sign-out at the identity provider, on %s', (store) => {
  /** An application that hears of logouts, or the provider's logout token where a test catches it. */
  let receiver: Listening;
  const heard: { readonly path: string; readonly token: string }[] = [];
  beforeAll(async () => {
    receiver = await listening((req, res) => {
      void text(req).then((body) => {
        heard.push({ path: req.url ?? '', token: new URLSearchParams(body).get('logout_token') ?? '' });
        res.end();
      });
    });
  });
  afterAll(() => receiver.close());
  const at = (): string => `http://127.0.0.1:${receiver.port}`;
  const realm = useUpstreamRealm(store, { backchannel: at });
  const { host } = realm;
  beforeEach(() => realm.upstream.setLogout(registered(host)));

  const isSignedIn = async (visitor: Visitor): Promise<boolean> => {
    const { left, url } = await visitor.visit(`${host.issuer}/account`);
    return left === undefined && url.pathname === '/account';
  };
  const refreshed = async (token: string, application = shop) =>
    (await refresh(host, application, token)).body.error ?? 'ok';
  const post = (token: string, connector = 'partner') =>
    fetch(`${host.issuer}/connector/${connector}/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    });
  /** Signs out there, and gives the token by which the provider would tell us. */
  async function tokenOf(visitor: Visitor, namesSessions = true): Promise<string> {
    heard.length = 0;
    await realm.upstream.setLogout({ backchannelUri: `${at()}/caught`, namesSessions });
    await realm.signOutThere(visitor);
    await realm.upstream.setLogout(registered(host));
    return heard.find(({ path }) => path === '/caught')?.token ?? '';
  }
  /** Somebody with a password of ours, and a link to each of these logins there. */
  async function somebody(username: string, logins: readonly string[]): Promise<string> {
    const made = await host.parts.users.create(by, { username, password: { clear: PASSWORD, generated: false } });
    if (!made.ok) throw new Error(JSON.stringify(made.refusal));
    for (const login of logins) {
      const link = { connector: 'partner', issuer: '', subject: `subject-of-${login}` };
      succeeded(await host.parts.links.add(by, made.value.id, link));
    }
    return made.value.id;
  }
  const sessionsOf = async (userId: string) =>
    (await host.parts.realm.of(sessions).find('byUser', { userId }, { limit: 10 })).rows;

  test('ends the session with its tokens, and applications are told', async () => {
    const { visitor, tokens } = await realm.signIn('ada');
    const { sub, sid, idp } = claimsOf(tokens.id_token);
    expect(idp).toBe('partner');
    expect([await isSignedIn(visitor), await refreshed(tokens.refresh_token)]).toEqual([true, 'ok']);
    heard.length = 0;
    await realm.signOutThere(visitor);
    expect(await isSignedIn(visitor)).toBe(false);
    expect(await refreshed(tokens.refresh_token)).toBe('invalid_grant');
    for (let look = 0; look < 200 && heard.length === 0; look++) await new Promise((done) => setTimeout(done, 50));
    const told = heard.filter(({ path }) => path === '/shop').map(({ token }) => decodeJwt(token));
    expect(told).toEqual([expect.objectContaining({ aud: 'shop', sub, sid })]);
  });

  test('is recorded: what ended the session, and for whom', async () => {
    const { visitor, tokens } = await realm.signIn('audrey');
    const { sub } = claimsOf(tokens.id_token);
    await realm.signOutThere(visitor);
    const collection = host.parts.realm.of(auditRecords);
    const { rows } = await collection.find('byKind', { kind: 'session.ended' }, { limit: 100 });
    const [session] = await sessionsOf(String(sub));
    expect(rows.filter(({ subjectId }) => subjectId === sub)).toEqual([
      expect.objectContaining({
        ...{ actorKind: 'system', actorId: 'connector:partner' },
        details: { cause: 'upstream-sign-out', session: session?.id },
      }),
    ]);
  });

  test('ends the session of one browser, if the provider names sessions', async () => {
    const [here, there] = [await realm.signIn('bea'), await realm.signIn('bea')];
    await realm.signOutThere(here.visitor);
    expect([await isSignedIn(here.visitor), await isSignedIn(there.visitor)]).toEqual([false, true]);
    await realm.signOutThere(there.visitor);
    expect(await isSignedIn(there.visitor)).toBe(false);
  });

  test('ends the session that it names, where people are known by a claim that its token lacks', async () => {
    await changeConnector(host, { subject: { id: ['preferred_username'] } }, 'partner');
    const [here, there] = [await realm.signIn('bo'), await realm.signIn('bo')];
    await realm.signOutThere(here.visitor);
    expect([await isSignedIn(here.visitor), await isSignedIn(there.visitor)]).toEqual([false, true]);
    await changeConnector(host, { subject: {} }, 'partner');
  });

  test('ends all of the account there, if the provider names no session', async () => {
    await realm.upstream.setLogout({ ...registered(host), namesSessions: false });
    const [here, there, other] = [await realm.signIn('cy'), await realm.signIn('cy'), await realm.signIn('cyd')];
    await realm.signOutThere(here.visitor);
    expect(await isSignedIn(here.visitor)).toBe(false);
    expect(await isSignedIn(there.visitor)).toBe(false);
    expect(await isSignedIn(other.visitor)).toBe(true);
  });

  test('makes tokens that outlive the session wait until the person has come from there again', async () => {
    const { visitor, tokens } = await realm.signIn('dora', OFFLINE);
    await realm.signOutThere(visitor);
    expect(await refreshed(tokens.refresh_token, desk)).toBe('invalid_grant');
    // As if the last confirmation were so old that this sign-in writes another one.
    const stored = await host.parts.users.get(String(claimsOf(tokens.id_token)['sub']));
    if (!stored) throw new Error('There is no such user.');
    const { version, ...user } = stored;
    const confirmations = [{ connector: 'partner', at: 0 }];
    succeeded(await host.parts.realm.of(users).replace({ ...user, confirmations }, version));
    await realm.signIn('dora');
    expect(await refreshed(tokens.refresh_token, desk)).toBe('ok');
  });

  test('ends a sign-in that still asks its person something', async () => {
    const linking = (value: 'ask' | 'never') => changeConnector(host, { linking: value }, 'partner');
    await linking('ask');
    const visitor = new Visitor();
    const question = await throughUpstream(visitor, await visitor.visit(ask(host, shop).url), 'quinn');
    await realm.signOutThere(visitor);
    expect((await visitor.submit(question, { decision: 'new' })).status).toBe(410);
    expect(await idOf('quinn')).toBe('');
    await linking('never');
  });

  test('leaves tokens of other sessions alone', async () => {
    const [here, there] = [await realm.signIn('eve', OFFLINE), await realm.signIn('eve', OFFLINE)];
    const { sub } = claimsOf(there.tokens.id_token);
    await realm.signOutThere(here.visitor);
    for (const { id, endedAt } of await sessionsOf(String(sub)))
      if (endedAt === undefined) succeeded(await host.parts.sessions.end(by, id));
    expect(await refreshed(here.tokens.refresh_token, desk)).toBe('invalid_grant');
    expect(await refreshed(there.tokens.refresh_token, desk)).toBe('ok');
  });

  describe('of somebody who signed in otherwise first', () => {
    async function withPasswordFirst(name: string) {
      const userId = await somebody(name, [name]);
      const visitor = new Visitor();
      codeOf(await signIn(visitor, ask(host, shop), name, PASSWORD));
      const again = ask(host, shop, { prompt: 'login', scope: 'openid' });
      const code = codeOf(await throughUpstream(visitor, await visitor.visit(again.url), name));
      expect(claimsOf((await exchange(host, again, code)).body.id_token)).toMatchObject({ amr: ['fed'], sub: userId });
      return { userId, visitor };
    }

    test('takes the proof from the session, which goes on', async () => {
      const { userId, visitor } = await withPasswordFirst('fay');
      const [before] = await sessionsOf(userId);
      expect(before?.proofs).toMatchObject([{ method: 'fed', connector: 'partner' }]);
      await realm.signOutThere(visitor);
      const [after] = await sessionsOf(userId);
      expect(after).toMatchObject({ id: before?.id, proofs: [] });
      expect(after).not.toHaveProperty('endedAt');
      expect(JSON.parse(after?.payload ?? '')).not.toHaveProperty('amr');
      // Nothing shows any more who it is.
      expect((await visitor.visit(ask(host, shop).url)).text).toContain('type="password"');
    });

    test('ends a session that began there, whatever was shown since', async () => {
      await somebody('gil', ['gil']);
      const { visitor } = await realm.signIn('gil');
      const again = ask(host, shop, { prompt: 'login' });
      const page = await visitor.submit(await visitor.visit(again.url), { password: PASSWORD, identifier: 'gil' });
      expect(claimsOf((await exchange(host, again, codeOf(page))).body.id_token)['amr']).toEqual(['pwd']);
      await realm.signOutThere(visitor);
      expect(await isSignedIn(visitor)).toBe(false);
    });
  });

  test('ends nothing that began by another account of the same person there', async () => {
    await somebody('hal', ['hal-work', 'hal-home']);
    await realm.upstream.setLogout({ ...registered(host), namesSessions: false });
    const [work, home] = [await realm.signIn('hal-work'), await realm.signIn('hal-home')];
    expect(claimsOf(work.tokens.id_token)['sub']).toBe(claimsOf(home.tokens.id_token)['sub']);
    await realm.signOutThere(home.visitor);
    expect([await isSignedIn(work.visitor), await isSignedIn(home.visitor)]).toEqual([true, false]);
  });

  test('counts once, whoever sends it and however often', async () => {
    await realm.upstream.setLogout({ ...registered(host), namesSessions: false });
    const { visitor } = await realm.signIn('ida');
    const token = await tokenOf(visitor, false);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 400)]);
    expect(await isSignedIn(visitor)).toBe(false);
    const { visitor: later } = await realm.signIn('ida', { visitor });
    expect((await post(token)).status).toBe(400);
    expect(await isSignedIn(later)).toBe(true);
  });

  test('counts once where it ends nothing, too', async () => {
    const { visitor } = await realm.signIn('jon');
    const token = await tokenOf(visitor);
    await host.parts.sessions.end(by, (await sessionsOf(await idOf('jon')))[0]?.id ?? '');
    expect([(await post(token)).status, (await post(token)).status]).toEqual([200, 400]);
  });

  const idOf = async (username: string): Promise<string> => {
    const { rows } = await host.parts.users.listByUserstore('partner', { limit: 100 });
    return rows.find((user) => user.username === username)?.id ?? '';
  };

  test('changes nothing if it is refused', async () => {
    const { visitor } = await realm.signIn('kim');
    const token = await tokenOf(visitor);
    const [header, payload, signature = ''] = token.split('.');
    const other = `${header}.${payload}.${signature.split('').reverse().join('')}`;
    for (const wrong of [other, '', 'no token', `${header}.${payload}.`]) {
      const answer = await post(wrong);
      expect([answer.status, await answer.json()]).toEqual([400, { error: 'invalid_request' }]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    const twice = await fetch(`${host.issuer}/connector/partner/backchannel-logout`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `logout_token=${token}&logout_token=${token}`,
    });
    expect(twice.status).toBe(400);
    expect((await post(token, 'nobody')).status).toBe(404);
    await changeConnector(host, { enabled: false }, 'partner');
    expect((await post(token)).status).toBe(404);
    await changeConnector(host, { enabled: true }, 'partner');
    expect(await isSignedIn(visitor)).toBe(true);
    const right = await post(token);
    expect([right.status, right.headers.get('cache-control'), await right.text()]).toEqual([200, 'no-store', '']);
    expect(await isSignedIn(visitor)).toBe(false);
  });
});
