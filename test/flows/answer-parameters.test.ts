/** What an answer of another identity provider says of a person stands in no address, since browsers and proxies write those down. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { application, ask } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { addRedirect, linksOf, redirectRealm, Upstream } from './redirect-realm.js';

const USER = JSON.stringify({ name: { firstName: 'Adelaide' }, email: 'adelaide@private.test' });

describe.each(['sqlite', 'mongodb'] as const)('an answer with the name of a person, on %s', (store) => {
  const upstream = new Upstream();
  const host = useInProcessHost(redirectRealm(store, upstream));
  beforeAll(async () => {
    await addRedirect(host, { id: 'corp', displayName: 'Corp' });
    await addRedirect(host, { id: 'other', displayName: 'Other' });
    upstream.knows('ada', { name: 'ada' });
  });

  async function begun() {
    const visitor = new Visitor();
    const page = await visitor.visit(ask(host, application('public')).url);
    const left = await visitor.visit(linksOf(page).get('Continue with Corp') ?? 'nowhere:');
    return { visitor, state: left.url.searchParams.get('state') ?? '' };
  }
  /** Where the browser goes on with it. */
  async function handedOn(state: string, connector = 'corp') {
    const body = new URLSearchParams({ code: 'ada', state, user: USER });
    const callback = `${host.issuer}/connector/${connector}/callback`;
    const { headers } = await new Visitor().request(callback, { method: 'POST', body });
    return new URL(headers.get('location') ?? '', host.issuer);
  }

  test('is handed on where nobody can read it', async () => {
    const { visitor, state } = await begun();
    const address = await handedOn(state);
    expect(address.searchParams.has('user')).toBe(true);
    expect(decodeURIComponent(address.href)).not.toMatch(/adelaide/i);
    await visitor.visit(address);
    expect(upstream.brought.get('user')).toBe(USER);
  });

  test.each([
    ['as it came', async () => USER],
    [
      'as another connector was handed it',
      async (state: string) => (await handedOn(state, 'other')).searchParams.get('user') ?? '',
    ],
  ])('is not read %s', async (_how, written) => {
    const { visitor, state } = await begun();
    const address = await handedOn(state);
    address.searchParams.set('user', await written(state));
    await visitor.visit(address);
    expect([upstream.brought.get('code'), upstream.brought.get('user')]).toEqual(['ada', null]);
  });
});
