import { beforeEach, describe, expect, test } from '@jest/globals';
import { hours, minutes } from '../../src/base/clock.js';
import { application, ask, codeOf, exchange } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { flowRealm, passwordOf, stores } from './flow-host.js';

const app = application('public');
const tab = application('tab-1');

describe.each(stores)('on %s nobody is left at a dead end:', (kind) => {
  let visitor: Visitor;
  const host = useHost(flowRealm(kind));
  beforeEach(() => {
    visitor = new Visitor();
  });

  const typed = () => ({ identifier: 'alice', password: passwordOf(host, 'alice') });
  const begin = async (by = app): Promise<Page> => visitor.visit(ask(host, by).url);
  const linksOf = ({ text }: Page): (string | undefined)[] =>
    [...text.matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href?.replaceAll('&amp;', '&'));
  const account = '/account';

  /** A page that says what happened, and leads to where the application begins a sign-in. */
  function leadsToTheApplication(page: Page): void {
    expect([page.status, page.heading]).toEqual([410, 'This page is no longer valid']);
    expect(page.text).toContain('Start again at Public application');
    const [again = '', own] = linksOf(page);
    expect(again).toBe(`https://public.test/sign-in?from=idp&iss=${encodeURIComponent(host.issuer)}`);
    expect(own).toBe(account);
  }

  test('the back button after a sign-in', async () => {
    const page = await begin();
    codeOf(await visitor.submit(page, typed()));
    leadsToTheApplication(await visitor.visit(page.url));
    // The address between, which the browser may have kept too.
    const resume = page.url.href.replace('/sign-in/', '/auth/');
    leadsToTheApplication(await visitor.visit(resume));
  });

  test('a form that is sent a second time', async () => {
    const page = await begin();
    const question = await visitor.submit(page, typed());
    codeOf(question);
    leadsToTheApplication(await visitor.submit(page, typed()));
  });

  test('a form that is sent twice at once: one of the two goes on', async () => {
    const authRequest = ask(host, app);
    const page = await visitor.visit(authRequest.url);
    const done = await Promise.all([visitor.submit(page, typed()), visitor.submit(page, typed())]);
    const codes = done.flatMap(({ url }) => url.searchParams.get('code') ?? []);
    expect(codes).toHaveLength(1);
    for (const page of done.filter(({ url }) => !url.searchParams.has('code'))) leadsToTheApplication(page);
    // Whichever the browser follows, it is signed in.
    const last = ask(host, app, { prompt: 'none' });
    expect((await exchange(host, last, codeOf(await visitor.visit(last.url)))).status).toBe(200);
  });

  test('a sign-in page that was left open for more than an hour', async () => {
    const page = await begin();
    await host.advance(minutes(61));
    leadsToTheApplication(await visitor.visit(page.url));
    leadsToTheApplication(await visitor.submit(page, typed()));
  });

  test('a link from another browser', async () => {
    const page = await begin();
    const other = new Visitor();
    leadsToTheApplication(await other.visit(page.url));
    codeOf(await visitor.submit(page, typed()));
  });

  test('a browser that keeps no cookies is told so', async () => {
    const page = await begin();
    const without = await fetch(page.url);
    expect(await without.text()).toContain('Your browser sent no cookies');
    codeOf(await visitor.submit(page, typed()));
    expect((await visitor.visit(page.url)).text).not.toContain('sent no cookies');
  });

  test('a bookmark, a day later or of nothing at all, leads at least to one’s own account', async () => {
    const page = await begin();
    codeOf(await visitor.submit(page, typed()));
    await host.advance(hours(25));
    for (const url of [page.url, `${host.issuer}/sign-in/nothing`, `${host.issuer}/auth/nothing`]) {
      const late = await visitor.visit(url);
      expect([late.status, linksOf(late)]).toEqual([410, [account]]);
    }
  });

  test('an application that has no such address is gone back to by hand', async () => {
    const page = await begin(tab);
    codeOf(await visitor.submit(page, typed()));
    const late = await visitor.visit(page.url);
    expect(late.text).toContain('Go back to the application');
    expect(linksOf(late)).toEqual([account]);
  });

  test('a second tab signs in by itself, and a third finds that there is nothing to do', async () => {
    const pages = [await begin(), await begin(tab), await begin()];
    const [first, second, third] = pages;
    if (!first || !second || !third) throw new Error('Three were begun.');
    codeOf(await visitor.submit(first, typed()));
    // The session is another one by now; the tab's own page says what to do, or goes on.
    const done = await visitor.submit(second, typed());
    expect(done.url.searchParams.has('code') || done.status === 410).toBe(true);
    const reloaded = await visitor.visit(third.url);
    expect(reloaded.url.searchParams.has('code') || reloaded.heading === 'Sign in').toBe(true);
  });

  test.each(['returnTo', 'return_to', 'redirect_uri', 'next', 'iss'])(
    'and nobody is led elsewhere by %s in an address',
    async (name) => {
      const page = await begin();
      const finished = await visitor.submit(page, typed());
      codeOf(finished);
      const crafted = new URL(page.url);
      crafted.searchParams.set(name, 'https://evil.test/');
      const late = await visitor.visit(crafted);
      expect(late.text).not.toContain('evil.test');
      leadsToTheApplication(late);
    },
  );
});
