/** Somebody whom a connector knows by another id than before is the same person, and is known by the new id from that sign-in on. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { UpstreamIdentity } from '../../src/identity/userstores/password-connector.js';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { addRedirect, linksOf, redirectRealm, Upstream } from './redirect-realm.js';

const app = application('public');

describe.each(['sqlite', 'mongodb'] as const)('an id that replaces another one, on %s', (store) => {
  const upstream = new Upstream();
  const host = useInProcessHost(redirectRealm(store, upstream));
  beforeAll(() => addRedirect(host, { id: 'corp', displayName: 'Example Corp' }));

  let codes = 0;
  /** Signs in somebody whom the upstream reports so. */
  async function arrive(name: string, ids: Partial<UpstreamIdentity> & Pick<UpstreamIdentity, 'subject'>) {
    const code = `code-${++codes}`;
    upstream.outcomes.set(code, { kind: 'ok', identity: { claims: new Map([['name', [name]]]), ...ids } });
    const asked = ask(host, app);
    const visitor = new Visitor();
    const page = await visitor.visit(asked.url);
    const left = await visitor.visit(linksOf(page).get('Continue with Example Corp') ?? 'nowhere:');
    const answer = new URLSearchParams({ code, state: left.url.searchParams.get('state') ?? '' });
    const arrived = await visitor.visit(`${host.issuer}/connector/corp/callback?${answer}`);
    const { body } = await exchange(host, asked, codeOf(arrived));
    return String(claimsOf(body.id_token)['sub']);
  }
  const linked = async (sub: string) => (await host.parts.links.of(sub)).map(({ subject }) => subject);

  test('finds the person by the former one, once', async () => {
    const sub = await arrive('ada', { subject: 'old-ada' });
    expect(await linked(sub)).toEqual(['old-ada']);
    expect(await arrive('ada', { subject: 'new-ada', otherSubject: 'old-ada', movesLink: true })).toBe(sub);
    expect(await linked(sub)).toEqual(['new-ada']);
    // The former id may change now, as that of another client does.
    expect(await arrive('ada', { subject: 'new-ada', otherSubject: 'other-ada', movesLink: true })).toBe(sub);
    expect(await arrive('ada', { subject: 'new-ada' })).toBe(sub);
    // Whoever comes with the former id alone is a stranger.
    expect(await arrive('ada-2', { subject: 'old-ada' })).not.toBe(sub);
  });

  test('finds the person by the new one first', async () => {
    const first = await arrive('bo', { subject: 'new-bo' });
    const second = await arrive('bo-2', { subject: 'old-bo' });
    expect(await arrive('bo', { subject: 'new-bo', otherSubject: 'old-bo', movesLink: true })).toBe(first);
    expect([await linked(first), await linked(second)]).toEqual([['new-bo'], ['old-bo']]);
  });

  test('leads many sign-ins at once to the same person', async () => {
    const sub = await arrive('cy', { subject: 'old-cy' });
    const ids = { subject: 'new-cy', otherSubject: 'old-cy', movesLink: true } as const;
    const subs = await Promise.all(Array.from({ length: 5 }, () => arrive('cy', ids)));
    expect([new Set(subs), await linked(sub)]).toEqual([new Set([sub]), ['new-cy']]);
  });

  test('makes an account for somebody who is known by neither', async () => {
    const sub = await arrive('dee', { subject: 'new-dee', otherSubject: 'old-dee', movesLink: true });
    expect(await linked(sub)).toEqual(['new-dee']);
  });
});
