/** Somebody whom a connector knows by another id than before is the same person, and is known by the new id from that sign-in on. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { UpstreamIdentity } from '../../src/identity/userstores/password-connector.js';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { by } from './ldap-realm.js';
import { addRedirect, linksOf, redirectRealm, Upstream } from './redirect-realm.js';

const app = application('public');
/** The connector knows people by their number now, and by `sub` before. */
const BY_NUMBER = { subjectBy: 'number', otherBy: 'sub' };

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
    expect(await arrive('ada', { subject: 'new-ada', otherSubject: 'old-ada', ...BY_NUMBER })).toBe(sub);
    expect(await linked(sub)).toEqual(['new-ada']);
    // The former id may change now, as that of another client does.
    expect(await arrive('ada', { subject: 'new-ada', otherSubject: 'other-ada', ...BY_NUMBER })).toBe(sub);
    expect(await arrive('ada', { subject: 'new-ada' })).toBe(sub);
    // Whoever comes with the former id alone is a stranger.
    expect(await arrive('ada-2', { subject: 'old-ada' })).not.toBe(sub);
  });

  test('finds the person by the new one first', async () => {
    const first = await arrive('bo', { subject: 'new-bo', subjectBy: 'number' });
    const second = await arrive('bo-2', { subject: 'old-bo' });
    expect(await arrive('bo', { subject: 'new-bo', otherSubject: 'old-bo', ...BY_NUMBER })).toBe(first);
    expect([await linked(first), await linked(second)]).toEqual([['new-bo'], ['old-bo']]);
  });

  test('leads many sign-ins at once to the same person', async () => {
    const sub = await arrive('cy', { subject: 'old-cy' });
    const ids = { subject: 'new-cy', otherSubject: 'old-cy', ...BY_NUMBER } as const;
    const subs = await Promise.all(Array.from({ length: 5 }, () => arrive('cy', ids)));
    expect([new Set(subs), await linked(sub)]).toEqual([new Set([sub]), ['new-cy']]);
  });

  describe('and looks like ids of the other kind', () => {
    test('leads nobody to the account of somebody else, whose number is their `sub`', async () => {
      const victim = await arrive('eve', { subject: '2001' });
      expect(await arrive('eve', { subject: '1001', otherSubject: '2001', ...BY_NUMBER })).toBe(victim);
      const other = await arrive('mallory', { subject: '3001', otherSubject: '1001', ...BY_NUMBER });
      expect([other === victim, await linked(victim), await linked(other)]).toEqual([false, ['1001'], ['3001']]);
    });

    test('leads nobody to the account of somebody else, whose `sub` is their number', async () => {
      const victim = await arrive('flo', { subject: '1002' });
      // Both cannot be linked by one text: nobody signs in before the other one has moved.
      const mallory = { subject: '1002', otherSubject: '2002', ...BY_NUMBER };
      await expect(arrive('mallory-2', mallory)).rejects.toThrow();
      expect(await linked(victim)).toEqual(['1002']);
      expect(await arrive('flo', { subject: '3002', otherSubject: '1002', ...BY_NUMBER })).toBe(victim);
      expect(await arrive('mallory-2', mallory)).not.toBe(victim);
    });

    test('still finds the person whom an administrator linked by the new id before', async () => {
      const made = await host.parts.users.create(by, { username: 'gus' });
      if (!made.ok) throw new Error(JSON.stringify(made.refusal));
      const link = { connector: 'corp', issuer: '', subject: '1003' };
      expect((await host.parts.links.add(by, made.value.id, link)).ok).toBe(true);
      expect(await arrive('gus', { subject: '1003', otherSubject: '2003', ...BY_NUMBER })).toBe(made.value.id);
    });
  });

  test('makes an account for somebody who is known by neither', async () => {
    const sub = await arrive('dee', { subject: 'new-dee', otherSubject: 'old-dee', ...BY_NUMBER });
    expect(await linked(sub)).toEqual(['new-dee']);
  });
});
