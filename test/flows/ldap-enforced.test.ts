/** A connector can be the only way in for the people of an e-mail domain, but for those who keep a way in for when it is away. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PASSWORD, person, type Slapd, startSlapd } from '../support/slapd.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, changeConnector, corpInput, ldapRealm } from './ldap-realm.js';

const OURS = 'a password of ours';
const app = application('public');

describe.each(['sqlite', 'mongodb'] as const)('an enforced domain, on %s', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    slapd = await startSlapd({
      entries: ['della', 'erik', 'fina'].map((uid) => person(uid, `mail: ${uid}@corp.test`)).join(''),
    });
    const domains = [{ name: 'corp.test', enforce: true, except: ['Chief'] }];
    expect(await host.parts.connectors.create(by, corpInput(slapd, { domains }))).toMatchObject({ ok: true });
    for (const [username, emailVerified] of [
      ['chief', true],
      ['petra', true],
      ['quinn', false],
    ] as const) {
      const password = { clear: OURS, generated: false };
      const made = await host.parts.users.create(by, {
        ...{ username, password, email: `${username}@corp.test`, emailVerified },
      });
      expect(made).toMatchObject({ ok: true });
    }
  });
  afterAll(() => slapd.stop());

  async function enter(name: string, password: string) {
    const asked = ask(host, app);
    const visitor = new Visitor();
    const named = await visitor.submit(await visitor.visit(asked.url), { identifier: name });
    const page = await visitor.submit(named, { password });
    if (!page.url.searchParams.has('code')) return [page.status, page.text.includes('does not accept')] as const;
    return claimsOf((await exchange(host, asked, codeOf(page))).body.id_token)['sub'];
  }

  test('signs in its people by the connector', async () => {
    for (const name of ['della', 'della@corp.test', 'corp/della'])
      expect(typeof (await enter(name, PASSWORD))).toBe('string');
  });

  test('refuses the right password of another userstore, and says nothing to a wrong one', async () => {
    const [status] = (await enter('petra', OURS)) as readonly [number, boolean];
    expect(status).toBe(403);
    expect(await enter('petra', 'wrong')).toEqual([403, false]);
  });

  test('says nothing of people whose address is unverified, or who are excepted by name, also while the directory is away', async () => {
    expect(typeof (await enter('quinn', OURS))).toBe('string');
    await slapd.kill();
    expect(typeof (await enter('chief', OURS))).toBe('string');
    expect(typeof (await enter('primary/chief', OURS))).toBe('string');
    await slapd.restart();
  });

  describe('at a second connector', () => {
    beforeAll(async () => {
      const subsidiary = { ...corpInput(slapd), id: 'subs', displayName: 'Subsidiary', order: 200 };
      expect(await host.parts.connectors.create(by, subsidiary)).toMatchObject({ ok: true });
    });
    const arrive = async (visitor: Visitor, name: string): Promise<Page> => {
      const named = await visitor.submit(await visitor.visit(ask(host, app).url), { identifier: name });
      return visitor.submit(named, { password: PASSWORD });
    };

    test('makes no account for somebody new', async () => {
      expect((await arrive(new Visitor(), 'subs/erik')).status).toBe(403);
      expect(await host.parts.identifiers.holderOf('subs', 'erik')).toBeUndefined();
    });

    test('links nobody to the account that a person proves to be theirs', async () => {
      const fina = await enter('corp/fina', PASSWORD);
      await changeConnector(host, { linking: 'ask' }, 'subs');
      const visitor = new Visitor();
      const question = await arrive(visitor, 'subs/fina');
      const proof = { decision: 'link', identifier: 'corp/fina', password: PASSWORD };
      expect((await visitor.submit(question, proof)).status).toBe(403);
      expect((await host.parts.links.of(String(fina))).map(({ connector }) => connector)).toEqual(['corp']);
    });
  });

  test('that is not enforced any more refuses nobody', async () => {
    await changeConnector(host, { domains: [{ name: 'corp.test', enforce: false }] });
    expect(typeof (await enter('petra', OURS))).toBe('string');
  });
});
