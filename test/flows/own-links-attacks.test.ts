/** A link is made only in the session that asked for it, once, within ten minutes, and soon after a sign-in. */
import { describe, expect, test } from '@jest/globals';
import { minutes } from '../../src/base/clock.js';
import { ownLinks } from '../../src/federation/own-links/own-links.js';
import { redirectSignIns } from '../../src/federation/userstores/redirect-sign-ins.js';
import type { User } from '../../src/identity/users/user.js';
import { newLinkState } from '../../src/sign-in/redirect-state.js';
import { application, ask } from '../support/application.js';
import { atTime } from '../support/at-time.js';
import { Visitor } from '../support/visitor.js';
import { COOKIE, OURS, useOwnLinks } from './own-links-realm.js';
import { addRedirect, linksOf } from './redirect-realm.js';

const app = application('public');
const NOT_BEGUN = [410, expect.stringContaining('this sign-in did not begin here')];
const DONE = 'The account is linked.';

describe.each(['sqlite', 'mongodb'] as const)('a link of the own account, on %s,', (store) => {
  const { host, upstream, links, person, opened, press, begun, callback, subjectsOf, said } = useOwnLinks(store);

  async function knownPerson(name: string, code = name): Promise<string> {
    upstream.knows(code, { name: code });
    return person(name);
  }
  /** The browser with one more cookie, as a neighbour of the host could plant it, or somebody at the machine. */
  const withCookie = (visitor: Visitor, value: string): Visitor =>
    new Visitor((url, init) => {
      const own = new Headers(init.headers).get('cookie') ?? visitor.cookiesFor(url);
      const cookie = [own, `${COOKIE}=${value}`].filter((each) => each !== '').join('; ');
      return fetch(url, { ...init, headers: { cookie } });
    });

  test('is for the browser that began it: an answer of an attacker links nothing to a victim', async () => {
    const [victim, attacker] = [await knownPerson('vera'), await knownPerson('marlon')];
    const { visitor: theirs, state } = await begun('marlon');
    const answer = callback({ code: 'marlon', state });
    const { visitor } = await opened('vera');
    expect(said(await visitor.visit(answer))).toEqual(NOT_BEGUN);
    // Nor if the victim waits for an answer, or the cookie of the attacker is planted.
    const { visitor: waiting } = await begun('vera', visitor);
    expect(said(await waiting.visit(answer))).toEqual(NOT_BEGUN);
    const planted = withCookie((await opened('vera')).visitor, theirs.cookie(COOKIE) ?? '');
    expect(said(await planted.visit(answer))).toEqual(NOT_BEGUN);
    expect([await subjectsOf(victim), upstream.redeemed]).toEqual([[], 0]);
    // Nothing of that used it up.
    expect((await theirs.visit(answer)).text).toContain(DONE);
    expect(await subjectsOf(attacker)).toEqual(['subject of marlon']);
  });

  test('is for the session that began it', async () => {
    const id = await knownPerson('ada');
    const { visitor, state } = await begun('ada');
    const other = withCookie((await opened('ada')).visitor, visitor.cookie(COOKIE) ?? '');
    expect(said(await other.visit(callback({ code: 'ada', state })))).toEqual(NOT_BEGUN);
    expect(await subjectsOf(id)).toEqual([]);
  });

  test('is not for somebody else who signed in meanwhile in the same browser, nor for nobody', async () => {
    const [bo, bea] = [await knownPerson('bo'), await knownPerson('bea')];
    const { visitor, state } = await begun('bo');
    const answer = callback({ code: 'bo', state });
    const asked = ask(host, app, { prompt: 'login' });
    const page = await visitor.visit(asked.url);
    const other = await visitor.visit(new URL(`${page.url.pathname}/other`, page.url));
    // The session before is ended by a form that sends itself.
    await visitor.submit(await visitor.submit(other, { identifier: 'bea', password: OURS }));
    expect((await visitor.visit(links())).text).toContain('bea');
    expect(said(await visitor.visit(answer))).toEqual(NOT_BEGUN);
    const signedOut = withCookie(new Visitor(), visitor.cookie(COOKIE) ?? '');
    expect((await signedOut.visit(answer)).heading).toBe('Sign in');
    expect([await subjectsOf(bo), await subjectsOf(bea)]).toEqual([[], []]);
  });

  test('is for the user who began it, whatever session it is', async () => {
    const [ada, eva] = [await knownPerson('alma'), await knownPerson('eva')];
    const { parts } = host;
    const redirects = redirectSignIns(parts.userstores);
    const service = ownLinks({ ...parts, redirects, answers: { find: () => Promise.resolve(undefined) } });
    const [one, two] = [await parts.users.get(ada), await parts.users.get(eva)];
    if (!one || !two) throw new Error('They were made.');
    const asked = { links: [], state: newLinkState };
    const link = await service.begin({ user: one, session: 's' }, 'corp', asked);
    if (link.kind !== 'begun') throw new Error(link.fault);
    const query = new URLSearchParams({
      code: 'alma',
      state: new URL(link.target.url).searchParams.get('state') ?? '',
    });
    const complete = (user: User) => {
      const actor = { kind: 'user', id: user.id, requestId: 'test' } as const;
      return service.complete({ user, session: 's' }, 'corp', { by: actor, kept: link.kept, query });
    };
    expect(await complete(two)).toEqual({ kind: 'refused', fault: 'not-begun' });
    expect(await complete(one)).toEqual({ kind: 'linked' });
  });

  test('takes an answer once, also from a browser that keeps its cookie', async () => {
    const id = await knownPerson('cy');
    const { visitor, state } = await begun('cy');
    const answer = callback({ code: 'cy', state });
    const kept = withCookie(visitor, visitor.cookie(COOKIE) ?? '');
    expect((await visitor.visit(answer)).text).toContain(DONE);
    expect(visitor.cookie(COOKIE)).toBeUndefined();
    const [link] = await host.parts.links.of(id);
    const { links: service } = host.parts;
    expect(await service.remove({ kind: 'host', id: 'x', requestId: 'x' }, id, link?.id ?? '')).toMatchObject({
      ok: true,
    });
    for (const browser of [visitor, kept]) expect(said(await browser.visit(answer))).toEqual(NOT_BEGUN);
    expect(await subjectsOf(id)).toEqual([]);
  });

  test('waits ten minutes for its answer', async () => {
    const id = await knownPerson('dee');
    const { visitor, state } = await begun('dee');
    const late = await begun('dee');
    const at = Date.now();
    const later = (after: number, browser: Visitor, answer: string) =>
      atTime(at + after, async () => {
        // They have signed in again in the same session, so only the time of the link counts.
        const again = new URL((await press(browser, await browser.visit(links()))).url);
        const page = await browser.visit(again);
        if (page.heading === 'Sign in') await browser.submit(page, { password: OURS });
        return browser.visit(answer);
      });
    const answer = callback({ code: 'dee', state: late.state });
    expect(said(await later(minutes(10), late.visitor, answer))).toEqual(NOT_BEGUN);
    const inTime = await later(minutes(9.9), visitor, callback({ code: 'dee', state }));
    expect([inTime.text.includes(DONE), await subjectsOf(id)]).toEqual([true, ['subject of dee']]);
  });

  test('needs a sign-in within five minutes, when it begins and when the answer comes', async () => {
    const id = await knownPerson('eve');
    const { visitor, page } = await opened('eve');
    const before = upstream.asked.length;
    expect((await atTime(Date.now() + minutes(5.1), () => press(visitor, page))).heading).toBe('Sign in');
    expect(upstream.asked).toHaveLength(before);
    const { state } = await begun('eve', visitor);
    const answer = callback({ code: 'eve', state });
    const redeemed = upstream.redeemed;
    expect((await atTime(Date.now() + minutes(5.1), () => visitor.visit(answer))).heading).toBe('Sign in');
    expect([upstream.redeemed, await subjectsOf(id)]).toEqual([redeemed, []]);
  });

  test('takes no answer of a sign-in, and its own signs nobody in', async () => {
    const id = await knownPerson('fay');
    const { visitor, state } = await begun('fay');
    const asked = ask(host, app, { prompt: 'login' });
    const signInPage = await visitor.visit(asked.url);
    const { url } = await visitor.visit(linksOf(signInPage).get('Continue with Example Corp') ?? '');
    const ofSignIn = url.searchParams.get('state') ?? '';
    const [uid] = ofSignIn.split('.');
    const redeemed = upstream.redeemed;

    const taken = `${links()}/answer/corp?${new URLSearchParams({ code: 'fay', state: ofSignIn })}`;
    expect(said(await visitor.visit(taken))).toEqual(NOT_BEGUN);
    for (const forged of [state, state.replace('link.', `${uid}.`)]) {
      const given = new URL(`${host.issuer}/sign-in/${uid}/redirect/corp/answer`);
      given.search = new URLSearchParams({ code: 'fay', state: forged }).toString();
      const page = await visitor.visit(given);
      expect([page.left, page.heading]).toEqual([undefined, signInPage.heading]);
    }
    const ofTest = callback({ code: 'fay', state: state.replace('link.', 'test.') });
    expect((await visitor.visit(ofTest)).heading).toBe('There is no test here');
    expect(await subjectsOf(id)).toEqual([]);
    expect(upstream.redeemed).toBe(redeemed);
    expect((await visitor.visit(callback({ code: 'fay', state }))).text).toContain(DONE);
  });

  test('takes no answer that came to another connector, or with another state', async () => {
    await addRedirect(host, { id: 'other', displayName: 'Another', linking: 'ask' });
    const id = await knownPerson('gus');
    const { visitor, state } = await begun('gus');
    const redeemed = upstream.redeemed;
    for (const answer of [
      callback({ code: 'gus', state }, 'other'),
      callback({ code: 'gus', state: `link.${'x'.repeat(22)}` }),
      `${links()}/answer/corp?code=gus`,
      `${links()}/answer/nothing?${new URLSearchParams({ code: 'gus', state })}`,
    ])
      expect(said(await visitor.visit(answer))).toEqual(NOT_BEGUN);
    expect([upstream.redeemed, await subjectsOf(id)]).toEqual([redeemed, []]);
    expect((await visitor.visit(callback({ code: 'gus', state }))).text).toContain(DONE);
  });

  test('is not made by HEAD, which uses nothing up', async () => {
    const id = await knownPerson('hal');
    const { visitor, state } = await begun('hal');
    const answer = `${links()}/answer/corp?${new URLSearchParams({ code: 'hal', state })}`;
    expect((await visitor.request(answer, { method: 'HEAD' })).status).toBe(404);
    expect((await visitor.request(answer, { method: 'POST' })).status).toBeGreaterThanOrEqual(400);
    expect(await subjectsOf(id)).toEqual([]);
    expect((await visitor.visit(answer)).text).toContain(DONE);
  });

  test('is begun by no other site, and remembered in a cookie that no script and no other path reads', async () => {
    await knownPerson('ida');
    const { visitor, page } = await opened('ida');
    const csrf = /value="([^"]+)"\/?><input type="hidden" name="form" value="connect"/.exec(page.text)?.[1] ?? '';
    const post = (fields: Readonly<Record<string, string>>) =>
      visitor.request(links(), { method: 'POST', body: new URLSearchParams({ connector: 'corp', ...fields }) });
    expect((await post({ form: 'connect', csrf: '' })).status).toBe(403);
    const response = await post({ form: 'connect', csrf });
    expect(response.status).toBe(200);
    const [line = ''] = response.headers.getSetCookie().filter((each) => each.startsWith(COOKIE));
    const [, ...attributes] = line.split('; ');
    expect(attributes.filter((each) => !each.startsWith('expires='))).toEqual([
      ...['path=/account/links/answer', 'samesite=lax', 'httponly'],
    ]);
    const until = Date.parse(attributes.find((each) => each.startsWith('expires='))?.slice(8) ?? '');
    expect(until).toBeLessThanOrEqual(Date.now() + minutes(10));
  });
});
