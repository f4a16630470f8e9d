import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Commands, commandsOn } from './in-process.js';

const SHOP = 'https://shop.example';
const PEOPLE = ['ada', 'bea', 'cleo', 'dan', 'eve', 'finn', 'gil', 'hal', 'ina'];
const file = (sellers: readonly string[], more = '', roles = ''): string => `name: shop
resourceServers: [{ identifier: '${SHOP}', name: Shop, permissions: [{ name: 'orders:read' }, { name: 'orders:write' }] }]
roles:
  - { name: seller, policies: [{ resourceServer: '${SHOP}', permission: 'orders:read' }]${more} }
${roles}users:
${PEOPLE.map((name) => `  - { username: ${name}, roles: [${sellers.includes(name) ? 'seller' : ''}] }\n`).join('')}`;

describe.each(['sqlite', 'mongodb'] as const)('on %s, gatehouse apply', (kind) => {
  let folder: string;
  let realm: string;
  let commands: Commands;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-apply-'));
    realm = join(folder, 'realm.yaml');
    await writeFile(realm, file(PEOPLE));
    commands = await commandsOn(kind, realm);
  });
  afterAll(async () => {
    await commands.end();
    await rm(folder, { recursive: true });
  });

  test('says nothing where nothing changes', async () => {
    expect(await commands.says('apply', realm)).toBe('');
    expect(await commands.says('bootstrap')).toBe('');
  });

  test('shows by whom a role is gained that another one newly includes, and writes nothing', async () => {
    const roles = `  - { name: writer, policies: [{ resourceServer: '${SHOP}', permission: 'orders:write' }] }\n`;
    await writeFile(realm, file(PEOPLE, ', includes: [writer]', roles));
    for (const shown of [await commands.says('apply', realm, '--dry-run'), await commands.says('dry-run', realm)]) {
      expect(shown).toContain('Role writer created.');
      expect(shown).toContain('Role seller: includes changed (added writer).');
      expect(shown).toContain('bea would gain role writer');
      expect(shown).toContain(`bea would gain orders:write at ${SHOP}`);
      expect(shown).not.toContain('would lose');
    }
    const json = JSON.parse(await commands.says('apply', realm, '--dry-run', '--json')) as {
      readonly effects: readonly { readonly who: object; readonly gains: readonly string[] }[];
    };
    expect(json.effects.map(({ gains }) => gains)).toEqual(
      PEOPLE.map(() => [`orders:write at ${SHOP}`, 'role writer']),
    );
    expect(await commands.says('decide', 'bea', 'orders:write', '--at', SHOP)).toBe('denied');
  });

  test('needs consent where more than a tenth of those who hold something lose access', async () => {
    // With the administrator, ten users hold something.
    const [, ...others] = PEOPLE;
    await writeFile(realm, file(others));
    expect(await commands.says('apply', realm)).toBe('User ada: role seller removed.');
    const [, ...fewer] = others;
    await writeFile(realm, file(fewer));
    for (const argv of [['apply', realm], ['bootstrap'], ['serve']]) {
      const { code, out, err } = await commands.command(...argv);
      expect([code, out]).toEqual([1, []]);
      expect(err.join('\n')).toMatch(/1 person or client would lose access[^]*`gatehouse apply \S+ --yes`/);
    }
    expect(await commands.says('decide', 'bea', 'orders:read', '--at', SHOP)).toBe('allowed');
    expect(await commands.says('apply', realm, '--yes')).toBe('User bea: role seller removed.');
    expect(await commands.says('decide', 'bea', 'orders:read', '--at', SHOP)).toBe('denied');
    expect(await commands.says('apply', realm, '--yes')).toBe('');
  });

  test('prints what others gave, as often as it is run', async () => {
    await commands.says('assign', 'user', 'bea', 'role', 'seller');
    expect(await commands.says('apply', realm)).toMatch(
      /^Not in the file: User bea has role seller, given by host:\S+\.$/,
    );
  });

  test('names the file and the field that is wrong, and is not understood without a file', async () => {
    await writeFile(realm, 'users: [{ username: ada, roles: [nobody] }]\n');
    expect(await commands.command('apply', realm)).toMatchObject({
      code: 1,
      err: [
        expect.stringMatching(
          /^The realm file \S+ has a problem, [^]* line 1, users\[0\].roles\[0\]: There is no role nobody/,
        ),
      ],
    });
    expect(await commands.command('apply', 'not-there.yaml')).toMatchObject({
      code: 1,
      err: ['The realm file not-there.yaml must be a file that can be read.'],
    });
    expect((await commands.command('apply')).code).toBe(2);
  });
});
