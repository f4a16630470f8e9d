/** A generated realm equals one that the services create, and its users can sign in. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { idOf } from '../../scripts/generate/ids.ts';
import { personOf, usernameOf } from '../../scripts/generate/people.ts';
import { groupId } from '../../scripts/generate/structure.ts';
import { openParts, type Parts } from '../../src/app/parts.js';
import { readConfig } from '../../src/config/config.js';
import { credentials } from '../../src/identity/passwords/credential.js';
import { identifiers } from '../../src/identity/identifiers/identifier.js';
import { users } from '../../src/identity/users/user.js';
import { flowRealm, ORDERS, stores } from '../flows/flow-host.js';
import { application, ask, claimsOf, codeOf, exchange, signIn } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';

const script = join(import.meta.dirname, '../../scripts/generate.ts');
const sizes = { users: 1000, groups: 200, roles: 50 };
const PASSWORD = 'the same for all of them';
const run = promisify(execFile);

describe.each(stores)('a realm of a thousand people on %s', (store) => {
  let opened: Parts;
  let env: Readonly<Record<string, string>>;
  const generate = (size: number, ...more: readonly string[]) => {
    const sizeOptions = Object.entries({ ...sizes, users: size }).flatMap(([name, number]) => [
      `--${name}`,
      String(number),
    ]);
    return run(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', script, '--resource-server', ORDERS, ...sizeOptions, ...more],
      { env: { PATH: process.env['PATH'] ?? '', ...env, GENERATED_PASSWORD: PASSWORD } },
    );
  };
  const everybody = async (): Promise<number> => opened.realm.of(users).count('all', {}, 5000);

  const host = useHost(flowRealm(store));
  beforeAll(async () => {
    await host.stop();
    env = {
      GATEHOUSE_ISSUER: host.issuer,
      GATEHOUSE_STORE: host.storeAddress,
      GATEHOUSE_KEYS: host.keysFolder,
      GATEHOUSE_LOG_LEVEL: 'silent',
    };
    opened = await openParts(readConfig(env));
  });
  afterAll(async () => {
    await opened.close();
  });

  test('is made piece by piece, and a run goes on where the one before ended', async () => {
    const before = await everybody();
    await generate(300);
    expect(await everybody()).toBe(before + 300);
    await generate(sizes.users);
    expect(await everybody()).toBe(before + sizes.users);
    const again = await opened.realm.of(users).get(idOf('user 17'));
    await generate(sizes.users);
    expect(await everybody()).toBe(before + sizes.users);
    expect(await opened.realm.of(users).get(idOf('user 17'))).toEqual(again);
  });

  test('holds what the services write of the same people', async () => {
    const by = { kind: 'host', id: 'test', requestId: 'test' } as const;
    const of = opened.realm.of(identifiers);
    for (const at of [0, 7, 30, 333, 999]) {
      const generated = await written(at);
      expect(generated).toMatchObject({ user: { username: usernameOf(at) }, credential: { matches: true } });
      // Made anew in the same place, by the service alone.
      const id = idOf(`user ${at}`);
      for (const row of (await of.find('byUser', { userId: id }, { limit: 10 })).rows) await of.remove(row.id);
      await opened.realm.of(users).remove(id);
      const made = await opened.users.create(by, {
        ...personOf(at, sizes),
        password: { clear: PASSWORD, generated: false },
      });
      expect(made).toMatchObject({ ok: true });
      expect(generated).toEqual(await written(at));
    }
    for (const at of [0, 5, 199]) {
      const group = await opened.groups.findByName(`group-${String(at).padStart(7, '0')}`);
      expect(group).toMatchObject({ id: groupId(at), version: 1 });
    }
  });

  /** A user's documents, except ids, times and the hash, which always differ. */
  async function written(at: number) {
    const user = await opened.identifiers.findUser(usernameOf(at));
    const id = user?.id ?? '';
    const found = await opened.realm.of(identifiers).find('byUser', { userId: id }, { limit: 10 });
    const credential = await opened.realm.of(credentials).get(id);
    const matches = credential && (await opened.hasher.matches(PASSWORD, credential.password));
    const { hash: _, setAt: _at, ...password } = credential?.password ?? {};
    const { id: _id, createdAt, since, ...rest } = user ?? {};
    return {
      user: { ...rest, isNew: createdAt === since },
      identifiers: found.rows.map(({ kind, store, value, version }) => ({ kind, store, value, version })).sort(byKind),
      credential: { matches, ...password },
    };
  }
  const byKind = (a: { kind: string }, b: { kind: string }): number => (a.kind < b.kind ? -1 : 1);

  test('lets its people sign in', async () => {
    await host.restart();
    const authRequest = ask(host, application('public'), { scope: 'openid roles', resource: ORDERS });
    const page = await signIn(new Visitor(), authRequest, usernameOf(12), PASSWORD);
    const { status, body } = await exchange(host, authRequest, codeOf(page));
    expect(status).toBe(200);
    expect(claimsOf(body.id_token)['roles']).toContain('role-0000007');
  });

  test('is not begun with what is not understood', async () => {
    await expect(generate(0)).rejects.toMatchObject({ code: 2 });
    await expect(generate(10, '--peple', '3')).rejects.toMatchObject({ code: 2 });
  });
});
