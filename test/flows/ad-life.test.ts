/** A person of an Active Directory from the first day to the last: one account throughout, with the access that the directory says. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import type { RunWishes } from '../../src/federation/sync/runs/synchronize.js';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { AD_PASSWORD, AD_PEOPLE, AD_SERVICE, type Samba, startSamba } from '../support/samba.js';
import { Visitor } from '../support/visitor.js';
import { by, ldapRealm } from './ldap-realm.js';

const ORDERS = { resource: 'https://orders.test', scope: 'openid profile roles orders:write' };
const app = application('public');
const colleagues = Array.from({ length: 6 }, (_, at) => `colleague${at}`);

describe.each(['sqlite', 'mongodb'] as const)('a person of an Active Directory, on %s', (store) => {
  let samba: Samba;
  let id = '';
  let token = '';
  const host = useInProcessHost(ldapRealm(store));

  beforeAll(async () => {
    samba = await startSamba();
    const mail = (name: string) => ({ name, attributes: { mail: `${name}@corp.test` } });
    await samba.addUsers(colleagues.map(mail));
    await samba.addUser({ ...mail('hanna'), password: true, cn: 'Hanna Meier' });
    const sellers = ['hanna', ...colleagues.slice(0, 3)];
    await samba.addGroup('sales', await Promise.all(sellers.map((name) => samba.dnOf(name))));
    const corp = connectorInput.parse({
      ...{ id: 'corp', displayName: 'Example Corp', kind: 'ldap', preset: 'active-directory' },
      connection: { servers: [samba.url], ca: samba.ca, bindDn: AD_SERVICE.dn, timeout: 5000 },
      subject: { base: samba.base, filter: '(&(sAMAccountType=805306368)(mail=*))' },
      secret: AD_SERVICE.password,
      mapping: {
        profile: [
          { field: 'username', from: 'sAMAccountName' },
          { field: 'name', from: 'cn' },
          { field: 'email', from: 'mail' },
        ],
        groups: [{ exact: 'sales', to: { role: 'seller' } }],
        emailTrust: 'always',
      },
    });
    expect(await host.parts.connectors.create(by, corp)).toMatchObject({ ok: true });
  });
  afterAll(() => samba.stop());

  async function synchronize(wishes: Partial<RunWishes> = {}) {
    const { connectors, synchronization } = host.parts;
    const corp = await connectors.get('corp');
    if (!corp) throw new Error('There is a connector.');
    const result = await synchronization.run(by, corp, { signal: new AbortController().signal, ...wishes });
    return result.kind === 'ended' ? result.report : result;
  }
  const named = (name: string) => host.parts.identifiers.holderOf('corp', name);
  async function expectAccess(name: string): Promise<void> {
    const asked = ask(host, app, { ...ORDERS, prompt: 'login' });
    const { body } = await exchange(host, asked, codeOf(await signIn(new Visitor(), asked, name, AD_PASSWORD)));
    expect(claimsOf(body.access_token)).toMatchObject({ sub: id, roles: ['seller'] });
    token = body.refresh_token;
  }
  async function expectNoAccess(name: string): Promise<void> {
    expect((await signIn(new Visitor(), ask(host, app), name, AD_PASSWORD)).status).toBe(403);
    const { status, body } = await refresh(host, app, token, { resource: ORDERS.resource });
    expect([status, (body as { error?: string }).error]).toEqual([400, 'invalid_grant']);
  }

  test('is known before the first sign-in', async () => {
    expect(await synchronize()).toMatchObject({ outcome: 'done', counts: { read: 7, new: 7, collided: 0 } });
    id = (await named('hanna'))?.id ?? '';
    await expectAccess('ad\\hanna');
  });

  test('moves to another part of the directory', async () => {
    await samba.move('hanna');
    expect(await synchronize({ full: true })).toMatchObject({ counts: { new: 0, gone: 0 } });
    await expectAccess('hanna@ad.test');
  });

  test('marries: the account name, the UPN, the address, the name and the place change at once', async () => {
    const names = { sAMAccountName: 'hschulz', userPrincipalName: 'hschulz@ad.test', mail: 'hschulz@corp.test' };
    await samba.set('hanna', names);
    await samba.rename('hschulz', 'Hanna Schulz');
    await samba.move('hschulz', AD_PEOPLE);
    expect(await synchronize()).toMatchObject({ outcome: 'done', counts: { new: 0, gone: 0, changed: 1 } });
    expect(await host.parts.users.get(id)).toMatchObject({
      ...{ username: 'hschulz', email: 'hschulz@corp.test', profile: { name: 'Hanna Schulz' } },
    });
    await expectAccess('hschulz@ad.test');
    // The old name is free for somebody else.
    expect(await named('hanna')).toBeUndefined();
    await samba.addUser({ name: 'hanna', attributes: { mail: 'hanna@corp.test' } });
    expect(await synchronize()).toMatchObject({ outcome: 'done', counts: { new: 1 } });
    expect((await named('hanna'))?.id).not.toBe(id);
  });

  test('is disabled, and enabled again', async () => {
    await samba.disable('hschulz');
    expect(await synchronize()).toMatchObject({ outcome: 'done', counts: { disabled: 1 } });
    await expectNoAccess('hschulz@ad.test');
    await samba.enable('hschulz');
    expect(await synchronize()).toMatchObject({ outcome: 'done', counts: { enabled: 1 } });
    await expectAccess('hschulz@ad.test');
  });

  test('is removed by mistake, and restored', async () => {
    await samba.remove('hschulz');
    expect(await synchronize({ full: true })).toMatchObject({ outcome: 'done', counts: { gone: 1 } });
    expect((await host.parts.users.get(id))?.blocks).toMatchObject([{ by: 'quarantine:corp' }]);
    await expectNoAccess('hschulz@ad.test');
    await samba.restore('hschulz');
    expect(await synchronize({ full: true })).toMatchObject({ outcome: 'done', counts: { returned: 1, new: 0 } });
    expect((await host.parts.users.get(id))?.blocks).toEqual([]);
    await expectAccess('hschulz@ad.test');
  });

  test('leaves, and whoever gets the name later is somebody else', async () => {
    await samba.remove('hschulz');
    expect(await synchronize({ full: true })).toMatchObject({ outcome: 'done', counts: { gone: 1 } });
    await expectNoAccess('hschulz@ad.test');
    await samba.addUser({ name: 'hschulz', cn: 'Another', password: true, attributes: { mail: 'another@corp.test' } });
    // The name is still taken here: the account is made at the first sign-in, under another name.
    const counts = { new: 0, collided: 1, returned: 0 };
    expect(await synchronize({ full: true })).toMatchObject({ outcome: 'done', counts });
    expect((await host.parts.users.get(id))?.blocks).toMatchObject([{ by: 'quarantine:corp' }]);
    const asked = ask(host, app);
    const page = await signIn(new Visitor(), asked, 'hschulz@ad.test', AD_PASSWORD);
    expect(claimsOf((await exchange(host, asked, codeOf(page))).body.id_token)['sub']).not.toBe(id);
  });
});
