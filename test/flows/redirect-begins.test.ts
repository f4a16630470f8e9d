/** Another identity provider hears from here no more often than people sign in there, whoever asks for it. */
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MOST_BEGUN } from '../../src/sign-in/redirect-state.js';
import { application, ask, codeOf } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { addRedirect, errorOf, linksOf, redirectRealm, Upstream, UPSTREAM } from './redirect-realm.js';
import { signInsAudited } from './upstream-realm.js';

const app = application('public');

describe.each(['sqlite', 'mongodb'] as const)('sign-ins elsewhere that begin, on %s', (store) => {
  const upstream = new Upstream();
  const host = useInProcessHost(redirectRealm(store, upstream));
  beforeAll(async () => {
    await addRedirect(host, { id: 'corp', displayName: 'Example Corp', domains: [{ name: 'corp.test' }] });
    upstream.knows('ada', { name: 'ada' });
  });
  beforeEach(() => {
    upstream.asked.length = 0;
    upstream.redeemed = 0;
  });

  async function begun() {
    const visitor = new Visitor();
    const page = await visitor.visit(ask(host, app).url);
    const link = linksOf(page).get('Continue with Example Corp') ?? 'nowhere:';
    return { visitor, page, link, uid: page.url.pathname.split('/').at(-1) ?? '' };
  }
  const callback = (state: string, code = 'ada') =>
    `${host.issuer}/connector/corp/callback?${new URLSearchParams({ code, state })}`;

  test('are so many of one request of an application, and the provider hears of no more', async () => {
    const { visitor, page, link } = await begun();
    let last = '';
    for (let time = 0; time < MOST_BEGUN; time++) {
      const { left, url } = await visitor.visit(link);
      expect(left).toMatch(UPSTREAM);
      last = url.searchParams.get('state') ?? '';
    }
    const refused = await visitor.visit(link);
    const typed = await visitor.submit(page, { identifier: 'ada@corp.test' });
    for (const one of [refused, typed]) {
      expect([one.status, one.left, errorOf(one)]).toEqual([
        ...[429, undefined, expect.stringContaining('Too many sign-ins were begun.')],
      ]);
      expect(Number(one.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(upstream.asked).toHaveLength(MOST_BEGUN);
    expect((await signInsAudited(host))[0]).toMatchObject({ why: 'throttled', connector: 'corp' });
    // What began still ends, and the next request begins anew.
    codeOf(await visitor.visit(callback(last)));
    const other = await begun();
    expect((await other.visitor.visit(other.link)).left).toMatch(UPSTREAM);
  });

  test('are no more, and use up no answer, when a program only looks at the links', async () => {
    const { visitor, link } = await begun();
    const look = async (url: string | URL) => (await visitor.visit(url, { method: 'HEAD' })).status;
    expect([await look(link), upstream.asked.length]).toEqual([404, 0]);
    const state = (await visitor.visit(link)).url.searchParams.get('state') ?? '';
    const answer = new URL(`${link}/answer`);
    answer.search = new URLSearchParams({ code: 'ada', state }).toString();
    expect([await look(answer), upstream.redeemed]).toEqual([404, 0]);
    codeOf(await visitor.visit(callback(state)));
  });

  test('at once are no more answers than one after the other', async () => {
    const { visitor, link } = await begun();
    const all = await Promise.all(
      Array.from({ length: MOST_BEGUN + 10 }, async () => (await visitor.visit(link)).url.searchParams.get('state')),
    );
    const states = all.filter((state) => state !== null);
    expect(states.length).toBeLessThanOrEqual(MOST_BEGUN);
    for (const state of states) await visitor.visit(callback(state, 'unheard of'));
    expect(upstream.redeemed).toBeLessThanOrEqual(MOST_BEGUN);
  });

  test('are none without a request of an application that this browser began', async () => {
    const { visitor, page, link, uid } = await begun();
    const { url } = await visitor.visit(link);
    const state = url.searchParams.get('state') ?? '';
    upstream.asked.length = 0;
    const stranger = new Visitor();
    const body = new URLSearchParams({ ...page.fields, identifier: 'ada@corp.test' });
    for (const at of [link, link.replace(uid, 'x'.repeat(21)), callback(state), callback('a.b'), callback(`${uid}.b`)])
      await stranger.visit(at);
    await stranger.visit(callback(state), { method: 'POST', body: new URLSearchParams({ code: 'ada', state }) });
    await stranger.visit(page.action, { method: 'POST', body });
    // Nor by a form that this browser was not shown.
    await visitor.visit(page.action, { method: 'POST', body: new URLSearchParams({ identifier: 'ada@corp.test' }) });
    await visitor.visit(callback(`${uid}.guessed`));
    expect([upstream.asked, upstream.redeemed]).toEqual([[], 0]);
    codeOf(await visitor.visit(callback(state)));
    await visitor.visit(callback(state));
    await visitor.visit(link);
    expect([upstream.asked, upstream.redeemed]).toEqual([[], 1]);
  });
});
