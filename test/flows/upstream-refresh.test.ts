/** Where a provider gives refresh tokens, it is asked again about its people, as a directory is. */
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RedirectConnector } from '../../src/federation/contract/redirect-connector.js';
import { identityLinks } from '../../src/identity/links/identity-link.js';
import { application, ask, claimsOf, codeOf, exchange, refresh } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { changeConnector, confirmedAgo } from './ldap-realm.js';
import { addRedirect, linksOf, redirectRealm, Upstream } from './redirect-realm.js';

const ORDERS = { resource: 'https://orders.test', scope: 'openid offline_access orders:write', prompt: 'consent' };
const app = application('public');
const HOUR = 3_600_000;
const mapping = {
  profile: [{ field: 'username', from: 'name' }],
  groups: [{ exact: 'sales', to: { role: 'seller' } }],
};

describe.each(['sqlite', 'mongodb'] as const)('a provider that gives refresh tokens, on %s', (store) => {
  const upstream = new Upstream();
  const host = useInProcessHost(redirectRealm(store, upstream));
  const asked: [string, string][] = [];
  beforeAll(async () => {
    await addRedirect(host, { id: 'corp', displayName: 'Example Corp', mapping });
    await changeConnector(host, { accessLasts: 7200, recheckAfter: 60 });
  });
  beforeEach(() => {
    asked.length = 0;
    upstream.refresh = undefined;
  });

  type Answer = Awaited<ReturnType<NonNullable<RedirectConnector['refresh']>>>;
  const found = (name: string, refreshToken?: string, groups: readonly string[] = ['sales']): Answer => ({
    kind: 'found',
    identity: {
      subject: `subject of ${name}`,
      claims: new Map([['name', [name]]]),
      groups: groups.map((group) => ({ name: group })),
      ...(refreshToken !== undefined && { refreshToken }),
    },
  });
  const answers = (answer: () => Answer | Promise<Answer>): void => {
    upstream.refresh = async (subject, token) => {
      asked.push([subject, token]);
      return answer();
    };
  };

  /** @param token what the provider gave with the sign-in */
  async function arrive(name: string, token?: string) {
    const answer = found(name, token);
    if (answer.kind !== 'found') throw new Error('This is not reached.');
    upstream.outcomes.set(name, { kind: 'ok', identity: answer.identity });
    const request = ask(host, app, ORDERS);
    const visitor = new Visitor();
    const page = await visitor.visit(request.url);
    const left = await visitor.visit(linksOf(page).get('Continue with Example Corp') ?? 'nowhere:');
    const answered = new URLSearchParams({ code: name, state: left.url.searchParams.get('state') ?? '' });
    let next = await visitor.visit(`${host.issuer}/connector/corp/callback?${answered}`);
    if (next.status === 200) next = await visitor.submit(next, { decision: 'allow' });
    const { body } = await exchange(host, request, codeOf(next));
    const sub = String(claimsOf(body.id_token)['sub']);
    return { sub, token: body.refresh_token };
  }
  const refreshed = async (token: string) => {
    const { status, body } = await refresh(host, app, token, { resource: ORDERS.resource });
    return {
      status,
      error: body.error,
      token: body.refresh_token,
      roles: status === 200 && claimsOf(body.access_token)['roles'],
    };
  };
  const tokenOf = async (name: string): Promise<string | undefined> =>
    (await host.parts.links.find({ connector: 'corp', issuer: '', subject: `subject of ${name}` }))?.refreshToken;

  test('is asked with the token when the last confirmation is old, keeps the next one, and its groups count', async () => {
    const { sub, token } = await arrive('ada', 'first');
    answers(() => found('ada', 'second', []));
    const young = await refreshed(token);
    expect([asked, young.roles]).toEqual([[], ['seller']]);
    await confirmedAgo(host, sub, HOUR);
    const old = await refreshed(young.token);
    expect([asked, old.status, old.roles]).toEqual([[['subject of ada', 'first']], 200, []]);
    answers(() => found('ada', 'third'));
    await confirmedAgo(host, sub, 24 * HOUR);
    expect((await refreshed(old.token)).roles).toEqual(['seller']);
    expect([asked.at(-1), await tokenOf('ada')]).toEqual([['subject of ada', 'second'], 'third']);
  });

  test('ends the access of somebody whose token it takes no more, until they sign in again', async () => {
    const { sub, token } = await arrive('bo', 'spent');
    await confirmedAgo(host, sub, HOUR);
    answers(() => ({ kind: 'ended' }));
    expect(await refreshed(token)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await tokenOf('bo')).toBe(undefined);
    // The last confirmation still lasts for an hour. A second attempt gets no more than the first.
    expect(await refreshed(token)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(asked).toHaveLength(1);
    const again = await arrive('bo', 'new');
    expect([(await refreshed(again.token)).status, await tokenOf('bo')]).toEqual([200, 'new']);
  });

  test('lets somebody in again who signs in there, whether or not it gives another token', async () => {
    const { sub, token } = await arrive('ben', 'spent');
    await confirmedAgo(host, sub, HOUR);
    answers(() => ({ kind: 'ended' }));
    expect((await refreshed(token)).status).toBe(400);
    await arrive('ben');
    expect([(await refreshed(token)).status, await tokenOf('ben')]).toEqual([200, undefined]);
  });

  test('that is away lets people go on until their access ends, and its token is kept', async () => {
    const { sub, token } = await arrive('cy', 'kept');
    answers(() => ({ kind: 'unavailable', reason: 'timeout' }));
    await confirmedAgo(host, sub, HOUR);
    const first = await refreshed(token);
    expect([first.status, await tokenOf('cy')]).toEqual([200, 'kept']);
    await confirmedAgo(host, sub, 3 * HOUR);
    expect(await refreshed(first.token)).toMatchObject({ status: 503 });
    expect([asked.length, await tokenOf('cy')]).toEqual([2, 'kept']);
  });

  test('that fails after it gave the next token is asked with that one', async () => {
    const { sub, token } = await arrive('col', 'spent');
    await confirmedAgo(host, sub, HOUR);
    answers(() => ({ kind: 'unavailable', reason: 'timeout', refreshToken: 'next' }));
    expect([(await refreshed(token)).status, await tokenOf('col')]).toEqual([200, 'next']);
  });

  test('is asked by one process at a time, since it takes each token once', async () => {
    const { sub, token } = await arrive('dee', 'once');
    await confirmedAgo(host, sub, HOUR);
    const link = await host.parts.links.find({ connector: 'corp', issuer: '', subject: 'subject of dee' });
    if (!link) throw new Error('There is no link.');
    const { version, ...before } = link;
    // Another process has it.
    const links = host.parts.realm.of(identityLinks);
    expect((await links.replace({ ...before, refreshTakenUntil: Date.now() + 60_000 }, version)).ok).toBe(true);
    answers(() => found('dee', 'next'));
    const meanwhile = await refreshed(token);
    expect([meanwhile.status, asked]).toEqual([200, []]);
    await confirmedAgo(host, sub, 3 * HOUR);
    const late = await refreshed(meanwhile.token);
    expect([late.status, asked]).toEqual([503, []]);
    // It ended without an answer.
    expect((await links.replace({ ...before, refreshTakenUntil: Date.now() - 1 }, version + 1)).ok).toBe(true);
    expect([(await refreshed(meanwhile.token)).status, await tokenOf('dee')]).toEqual([200, 'next']);
  });

  test('is not asked about people without a token, and one that came before is kept', async () => {
    answers(() => found('eve', 'never'));
    const without = await arrive('eve');
    await confirmedAgo(host, without.sub, HOUR);
    expect([(await refreshed(without.token)).status, asked]).toEqual([200, []]);
    await arrive('fay', 'first');
    // Some providers give one at the first sign-in only.
    await arrive('fay');
    expect(await tokenOf('fay')).toBe('first');
  });

  test('has its tokens sealed in the store', async () => {
    await arrive('gus', 'plain-to-be-looked-for');
    expect(await host.dump()).not.toContain('plain-to-be-looked-for');
  });
});
