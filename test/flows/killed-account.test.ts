/**
 * Like `killed-midway`, for second factors, the account pages, pushed requests and revocations. Nothing single-use works twice,
 * no enrolment is half done, and everything that ended has ended completely.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { seconds } from '../../src/base/clock.js';
import { application, ask, codeOf, exchange, refresh, signIn, type Tokens, userinfo } from '../support/application.js';
import { Authenticator, recoveryCodesOn } from '../support/authenticator.js';
import { useHost } from '../support/host/use-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { passwordOf, signedIn, stores } from './flow-host.js';
import { killMidway, type Midway, SERVED } from './midway.js';

const app = application('public');
const asking = application('asking');
/** The validity of three codes: the previous one, the current one and the next one. */
const STEPS = seconds(90);

interface Enrolled {
  readonly phone: Authenticator;
  recoveryCodes: readonly string[];
}

const led = (page: Page): boolean => page.url.searchParams.has('code');

/** The form of a page that has this name, sent by one of its buttons. */
function press(visitor: Visitor, page: Page, form: string, button: Readonly<Record<string, string>>): Promise<Page> {
  const found = page.text.split('<form').find((part) => part.includes(`value="${form}"`)) ?? '';
  const csrf = /name="csrf" value="([^"]+)"/.exec(found)?.[1] ?? '';
  return visitor.visit(page.url, { method: 'POST', body: new URLSearchParams({ csrf, form, ...button }) });
}

describe.each(stores)('on %s, killed in the middle of', (store) => {
  const factors = new Map<string, Enrolled>();
  const host = useHost({ store, realmFile: 'test/flows/killed-account.realm.yaml' });
  beforeAll(async () => {
    for (const username of ['coding', 'recovering']) factors.set(username, await enrol(username));
  });

  const factorOf = (username: string): Enrolled => {
    const found = factors.get(username);
    if (!found) throw new Error(`${username} has no second factor.`);
    return found;
  };

  /** Past the password, at an application. */
  const begin = (visitor: Visitor, username: string): Promise<Page> =>
    signIn(visitor, ask(host, app), username, passwordOf(host, username));

  async function atAccount(username: string, path: string): Promise<{ visitor: Visitor; page: Page }> {
    const visitor = new Visitor();
    const typed = { identifier: username, password: passwordOf(host, username) };
    const page = await visitor.submit(await visitor.visit(`${host.issuer}/account/${path}`), typed);
    return { visitor, page };
  }

  async function enrol(username: string): Promise<Enrolled> {
    const { visitor, page } = await atAccount(username, 'second-factor');
    const phone = Authenticator.reading(page, host);
    const shown = await visitor.submit(page, { code: phone.code() });
    await host.advance(STEPS);
    return { phone, recoveryCodes: recoveryCodesOn(shown) };
  }

  /** An entered code works at most once, wherever it is entered again; and the next one works. */
  async function opensOnce(username: string, code: string, first: Page | undefined, next: () => string): Promise<void> {
    let opened = first && led(first) ? 1 : 0;
    for (let tries = 0; tries < 2; tries++) {
      const visitor = new Visitor();
      const page = await visitor.submit(await begin(visitor, username), { code });
      expect(page.status).toBeLessThan(500);
      if (led(page)) opened++;
    }
    expect(opened).toBeLessThanOrEqual(1);
    await host.advance(STEPS);
    const visitor = new Visitor();
    codeOf(await visitor.submit(await begin(visitor, username), { code: next() }));
    await host.advance(STEPS);
  }

  /** Whether a token of each kind still opens anything. */
  async function works({ access_token: access, refresh_token: token }: Tokens, by = app): Promise<boolean> {
    const opens = (await userinfo(host, access)).status === 200;
    if (!opens) expect((await refresh(host, by, token)).body.error).toBe('invalid_grant');
    return opens;
  }

  // Flows with short-lived values come first, because waiting for authenticator codes takes time.
  const flows = {
    async withdrawal(): Promise<Midway> {
      const visitor = new Visitor();
      const authRequest = ask(host, asking, { scope: 'openid offline_access', prompt: 'consent' });
      const consent = await signIn(visitor, authRequest, 'withdrawing', passwordOf(host, 'withdrawing'));
      const { body } = await exchange(host, authRequest, codeOf(await visitor.submit(consent, { decision: 'allow' })));
      const page = await visitor.visit(`${host.issuer}/account/applications`);
      return {
        send: () => press(visitor, page, 'withdraw', { client: 'asking' }),
        async afterwards(answer) {
          const after = await visitor.visit(page.url);
          const listed = after.text.includes('Asking application');
          if (answer) expect(listed).toBe(false);
          const alive = await works(body, asking);
          // No access outlives what it rests on.
          if (!listed) expect(alive).toBe(false);
          if (listed) await press(visitor, after, 'withdraw', { client: 'asking' });
          expect(await works(body, asking)).toBe(false);
        },
      };
    },
    async endOfASession(): Promise<Midway> {
      const other = await signedIn(host, app, {}, 'ending');
      const { visitor } = await signedIn(host, app, {}, 'ending');
      const page = await visitor.visit(`${host.issuer}/account/sessions`);
      const session = /name="session" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
      const isIn = async () => led(await other.visitor.visit(ask(host, app, { prompt: 'none' }).url));
      return {
        send: () => press(visitor, page, 'end', { session }),
        async afterwards(answer) {
          const before = await isIn();
          if (answer) expect(before).toBe(false);
          expect(await works(other.tokens)).toBe(before);
          await press(visitor, await visitor.visit(page.url), 'everywhere', {});
          expect([await isIn(), await works(other.tokens)]).toEqual([false, false]);
        },
      };
    },
    async pushedRequest(): Promise<Midway> {
      const visitor = new Visitor();
      await signIn(visitor, ask(host, app), 'pushing', passwordOf(host, 'pushing'));
      const authRequest = ask(host, app);
      const push = async () => {
        const answer = await fetch(`${host.issuer}/request`, { method: 'POST', body: authRequest.url.searchParams });
        return (await answer.json()) as { request_uri: string };
      };
      const use = ({ request_uri: uri }: { request_uri: string }) =>
        visitor.visit(`${host.issuer}/auth?${new URLSearchParams({ client_id: app.id, request_uri: uri }).toString()}`);
      return {
        send: push,
        async afterwards(answer) {
          const pushed = (answer as Awaited<ReturnType<typeof push>> | undefined) ?? (await push());
          const code = codeOf(await use(pushed));
          expect((await exchange(host, authRequest, code)).status).toBe(200);
          expect(led(await use(pushed))).toBe(false);
        },
      };
    },
    async revocation(): Promise<Midway> {
      const { tokens } = await signedIn(host, app, {}, 'revoking');
      const revoke = async () => {
        const body = new URLSearchParams({ client_id: app.id, token: tokens.refresh_token });
        return (await fetch(`${host.issuer}/token/revocation`, { method: 'POST', body })).status;
      };
      return {
        send: revoke,
        async afterwards(answer) {
          if (answer === 200) expect(await works(tokens)).toBe(false);
          expect(await revoke()).toBe(200);
          expect(await works(tokens)).toBe(false);
        },
      };
    },
    async signInWithACode(): Promise<Midway> {
      const visitor = new Visitor();
      const page = await begin(visitor, 'coding');
      const { phone } = factorOf('coding');
      const code = phone.code();
      return {
        send: () => visitor.submit(page, { code }),
        async afterwards(answer) {
          const again = await visitor.submit(page, { code });
          expect([again.status < 500, led(again) || again.heading !== undefined]).toEqual([true, true]);
          const first = (answer as Page | undefined) ?? again;
          await opensOnce('coding', code, led(first) ? first : again, () => phone.code());
        },
      };
    },
    async signInWithARecoveryCode(): Promise<Midway> {
      const visitor = new Visitor();
      const page = await begin(visitor, 'recovering');
      const factor = factorOf('recovering');
      const [code = '', next = '', ...left] = factor.recoveryCodes;
      factor.recoveryCodes = left;
      return {
        send: () => visitor.submit(page, { code }),
        afterwards: (answer) => opensOnce('recovering', code, answer as Page | undefined, () => next),
      };
    },
    async enrolment(served: number): Promise<Midway> {
      const username = `enrolling-${served}`;
      const elsewhere = await signedIn(host, app, {}, username);
      const { visitor, page } = await atAccount(username, 'second-factor');
      const phone = Authenticator.reading(page, host);
      return {
        send: () => visitor.submit(page, { code: phone.code() }),
        async afterwards(shown) {
          const answer = shown as Page | undefined;
          const stranger = new Visitor();
          const authRequest = await begin(stranger, username);
          const enrolled = !led(authRequest);
          if (answer) expect(enrolled).toBe(true);
          // All or nothing: other sessions have ended too.
          expect(await works(elsewhere.tokens)).toBe(!enrolled);
          if (!enrolled) {
            await enrol(username);
            return;
          }
          await host.advance(STEPS);
          codeOf(await stranger.submit(authRequest, { code: phone.code() }));
          // A user who never saw the recovery codes creates new ones; otherwise they sign in with one.
          const [recovery] = answer ? recoveryCodesOn(answer) : [];
          const another = new Visitor();
          if (recovery) codeOf(await another.submit(await begin(another, username), { code: recovery }));
        },
      };
    },
    async removal(): Promise<Midway> {
      const { phone } = factors.get('removing') ?? (await enrol('removing'));
      const { visitor, page } = await atAccount('removing', 'second-factor');
      const own = await visitor.submit(page, { code: phone.code() });
      return {
        send: () => press(visitor, own, 'remove', {}),
        async afterwards(answer) {
          await host.advance(STEPS);
          const stranger = new Visitor();
          const authRequest = await begin(stranger, 'removing');
          if (answer) expect(led(authRequest)).toBe(true);
          if (!led(authRequest)) codeOf(await stranger.submit(authRequest, { code: phone.code() }));
          await host.advance(STEPS);
          if (led(authRequest)) factors.delete('removing');
          else factors.set('removing', { phone, recoveryCodes: [] });
        },
      };
    },
  } satisfies Readonly<Record<string, (served: number) => Promise<Midway>>>;

  test.each(SERVED)('every flow, when %i have been answered', async (served) => {
    const midway: Midway[] = [];
    // One after another: some wait until the phone shows another code.
    for (const each of Object.values(flows)) midway.push(await each(served));
    await killMidway(host, midway, served);
  });
});
