/**
 * The server is killed in the middle of each flow, before or after the response. Users continue or start again; single-use
 * values were used once; everything that ended has ended completely.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { application, ask, type Asked, codeOf, exchange, refresh, signIn, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { passwordOf, signedIn, stores } from './flow-host.js';
import { killMidway, type Midway, SERVED } from './midway.js';

const app = application('public');
const asking = application('asking');

describe.each(stores)('on %s, killed in the middle of', (store) => {
  /** The user whose password the test changes. */
  let changed: string;
  const host = useHost({ store, realmFile: 'test/flows/killed.realm.yaml' });
  beforeAll(async () => {
    changed = passwordOf(host, 'changing');
  });

  const of = (username: string): string => passwordOf(host, username);

  /** Continues the browser's request, or starts again if it is lost: finally there is a code, which works once. */
  async function goOn(visitor: Visitor, asked: Asked, username: string): Promise<void> {
    let page = await visitor.visit(asked.url);
    for (let step = 0; step < 3 && !page.url.searchParams.has('code'); step++) {
      const asksWho = page.text.includes('name="password"');
      page = await visitor.submit(
        page,
        asksWho ? { identifier: username, password: of(username) } : { decision: 'allow' },
      );
    }
    const code = codeOf(page);
    expect((await exchange(host, asked, code)).status).toBe(200);
    expect((await exchange(host, asked, code)).body.error).toBe('invalid_grant');
  }

  /** Submits the visible page again, like a reload: it continues, or leads to a page with advice. */
  async function pressedAgain(visitor: Visitor, page: Page, typed: Readonly<Record<string, string>>): Promise<void> {
    const again = await visitor.submit(page, typed);
    expect(again.status).toBeLessThan(500);
    const left = again.url.searchParams.has('code') || again.url.searchParams.has('error');
    expect(left || again.heading !== undefined).toBe(true);
  }

  const flows = {
    async signIn(): Promise<Midway> {
      const [visitor, asked] = [new Visitor(), ask(host, app)];
      const page = await visitor.visit(asked.url);
      const typed = { identifier: 'signing', password: of('signing') };
      return {
        send: () => visitor.submit(page, typed),
        async afterwards() {
          await pressedAgain(visitor, page, typed);
          await goOn(visitor, asked, 'signing');
        },
      };
    },
    async consent(): Promise<Midway> {
      const [visitor, asked] = [new Visitor(), ask(host, asking, { scope: 'openid profile', prompt: 'consent' })];
      const page = await signIn(visitor, asked, 'consenting', of('consenting'));
      return {
        send: () => visitor.submit(page, { decision: 'allow' }),
        async afterwards() {
          await pressedAgain(visitor, page, { decision: 'allow' });
          await goOn(visitor, ask(host, asking, { scope: 'openid profile' }), 'consenting');
        },
      };
    },
    async exchange(): Promise<Midway> {
      const [visitor, asked] = [new Visitor(), ask(host, app)];
      const code = codeOf(await signIn(visitor, asked, 'exchanging', of('exchanging')));
      return {
        send: () => exchange(host, asked, code),
        async afterwards(answer) {
          const first = answer as Awaited<ReturnType<typeof exchange>> | undefined;
          if (first) expect((await userinfo(host, first.body.access_token)).status).toBe(200);
          const second = await exchange(host, asked, code);
          // A request without a response may have succeeded: then the code is used, and the second try invalidates its tokens.
          if (first) expect(second.body.error).toBe('invalid_grant');
          else expect([200, 400]).toContain(second.status);
          expect((await exchange(host, asked, code)).body.error).toBe('invalid_grant');
          for (const served of [first, second].filter((each) => each?.status === 200)) {
            expect((await userinfo(host, served?.body.access_token ?? '')).status).toBe(401);
          }
          await goOn(visitor, ask(host, app), 'exchanging');
        },
      };
    },
    async refresh(): Promise<Midway> {
      const { visitor, tokens } = await signedIn(host, app, {}, 'refreshing');
      return {
        send: () => refresh(host, app, tokens.refresh_token),
        async afterwards(answer) {
          const first = answer as Awaited<ReturnType<typeof refresh>> | undefined;
          const next = await refresh(host, app, first?.body.refresh_token ?? tokens.refresh_token);
          if (first) expect(next.status).toBe(200);
          // The token sent before the kill is used now, whoever was served: everything derived from it is invalid.
          expect((await refresh(host, app, tokens.refresh_token)).body.error).toBe('invalid_grant');
          if (next.status === 200) expect((await userinfo(host, next.body.access_token)).status).toBe(401);
          await goOn(visitor, ask(host, app), 'refreshing');
        },
      };
    },
    async logout(): Promise<Midway> {
      const { visitor, tokens } = await signedIn(host, app, {}, 'leaving');
      const page = await visitor.visit(`${host.issuer}/session/end`);
      const isIn = async () =>
        (await visitor.visit(ask(host, app, { prompt: 'none' }).url)).url.searchParams.has('code');
      const works = async () => (await userinfo(host, tokens.access_token)).status === 200;
      return {
        send: () => visitor.submit(page, { logout: 'yes' }),
        async afterwards(answer) {
          const before = await isIn();
          if (answer) expect(before).toBe(false);
          // Tokens end before the session that they came from, never after it.
          if (!before) expect(await works()).toBe(false);
          // Signing out again is all that there is to do.
          const again = await visitor.visit(`${host.issuer}/session/end`);
          if (before) await visitor.submit(again, { logout: 'yes' });
          expect([await isIn(), await works()]).toEqual([false, false]);
          expect((await refresh(host, app, tokens.refresh_token)).body.error).toBe('invalid_grant');
        },
      };
    },
    async newPassword(): Promise<Midway> {
      const signs = async () => {
        const [visitor, asked] = [new Visitor(), ask(host, app)];
        const code = codeOf(await signIn(visitor, asked, 'changing', changed));
        return { visitor, tokens: (await exchange(host, asked, code)).body };
      };
      const [here, elsewhere] = [await signs(), await signs()];
      const page = await here.visitor.visit(`${host.issuer}/account/password`);
      const [before, after] = [changed, `as many words as it takes ${Math.random()}`];
      const opens = async (password: string) =>
        (await signIn(new Visitor(), ask(host, app), 'changing', password)).url.searchParams.has('code');
      return {
        send: () => here.visitor.submit(page, { password: after, again: after }),
        async afterwards(answer) {
          const isNew = await opens(after);
          if (answer) expect(isNew).toBe(true);
          expect(await opens(before)).toBe(!isNew);
          changed = isNew ? after : before;
          // With the old password went every other session, in the same commit.
          expect((await userinfo(host, elsewhere.tokens.access_token)).status).toBe(isNew ? 401 : 200);
          expect((await userinfo(host, here.tokens.access_token)).status).toBe(200);
        },
      };
    },
  } satisfies Readonly<Record<string, () => Promise<Midway>>>;

  test.each(SERVED)('every flow, when %i have been answered', async (served) => {
    await killMidway(host, await Promise.all(Object.values(flows).map((begin) => begin())), served);
  });
});
