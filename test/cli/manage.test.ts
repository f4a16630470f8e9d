/** Creating, changing, listing and removing objects on the command line. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Commands, commandsOn } from './in-process.js';
import { readFields } from '../../src/cli/manage/fields.js';
import { printable } from '../../src/cli/output/printable.js';

const REALM = `
resourceServers:
  - { identifier: 'https://orders.example', name: Orders, permissions: [{ name: 'orders:read' }, { name: 'orders:write' }] }
roles:
  - { name: seller, policies: [{ resourceServer: 'https://orders.example', permission: 'orders:read' }] }
groups:
  - { name: staff, roles: [seller] }
clients:
  - { id: shop, name: Shop, authentication: none, redirectUris: ['https://shop.example/cb'] }
users:
  - { username: ada, profile: { name: Ada Lovelace }, email: ada@example.com, groups: [staff] }
  - { username: bea, profile: { name: Bea Adams }, roles: [seller] }
`;

describe.each(['sqlite', 'mongodb'] as const)('on %s,', (kind) => {
  let commands: Commands;
  beforeAll(async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'gatehouse-manage-')), 'realm.yaml');
    await writeFile(file, REALM);
    commands = await commandsOn(kind, file);
  });
  afterAll(() => commands.end());
  const says = (...argv: string[]) => commands.says(...argv);
  const json = async (...argv: string[]): Promise<unknown> => JSON.parse(await says(...argv, '--json'));
  const refused = async (...argv: string[]) => {
    const { code, err } = await commands.command(...argv);
    return [code, err.join('\n')] as const;
  };

  test('users are listed, and found by beginnings of their names', async () => {
    expect(await says('user', 'list')).toMatch(/^USERNAME .*\nada .*Ada Lovelace .*\nadmin .*\nbea /);
    expect(await json('user', 'list')).toMatchObject([{ username: 'ada' }, { username: 'admin' }, {}]);
    const found = async (...words: string[]) =>
      ((await json('user', 'search', ...words)) as { username: string }[]).map(({ username }) => username);
    expect(await found('Ad')).toEqual(['ada', 'admin', 'bea']);
    expect(await found('ad', 'love')).toEqual(['ada']);
    expect(await found('ada@example.com')).toEqual(['ada']);
    expect(await found('nobody')).toEqual([]);
  });

  test('a user is changed, and removed for ever', async () => {
    await says('user', 'create', 'cleo');
    const patch = { profile: { nickname: 'C' }, attributes: [{ name: 'city', value: 'Bonn' }] };
    const sets = Object.entries(patch).flatMap(([field, value]) => ['--set', `${field}=${JSON.stringify(value)}`]);
    const made = await json('user', 'edit', 'cleo', '--username', 'clea', '--name', 'Clea', ...sets);
    expect(made).toMatchObject({ username: 'clea', ...patch, profile: { name: 'Clea', nickname: 'C' } });
    expect(await refused('user', 'edit', 'clea')).toEqual([2, expect.stringContaining('Say what to change')]);
    expect(await refused('user', 'edit', 'clea', '--set', 'nmae=x')).toEqual([1, expect.stringContaining('nmae')]);
    expect(await refused('user', 'edit', 'clea', '--username', 'ADA')).toEqual([1, expect.stringContaining('in use')]);
    expect(await refused('user', 'delete', 'clea')).toEqual([1, expect.stringContaining('add --yes')]);
    expect(await says('user', 'delete', 'clea', '--yes')).toMatch(/^User clea deleted/);
    expect((await refused('user', 'show', 'clea'))[0]).toBe(1);
  });

  test('a user gets the id that is chosen for them, which nobody gets again', async () => {
    await says('user', 'create', 'dora', '--id', 'staff-4711');
    expect(await json('user', 'search', 'dora')).toMatchObject([{ id: 'staff-4711', username: 'dora' }]);
    const taken = [1, expect.stringContaining("The id staff-4711 is or was somebody else's")];
    expect(await refused('user', 'create', 'dirk', '--id', 'staff-4711')).toEqual(taken);
    await says('user', 'delete', 'dora', '--yes');
    expect(await refused('user', 'create', 'dora', '--id', 'staff-4711')).toEqual(taken);
    expect(await refused('user', 'create', 'dirk', '--id', 'a:b')).toEqual([1, expect.stringContaining('The id has')]);
    expect(await json('user', 'search', 'd')).toEqual([]);
  });

  test('the last administrator is not removed', async () => {
    expect(await refused('user', 'delete', 'admin', '--yes')).toEqual([1, expect.stringContaining('Nobody would be')]);
  });

  test('a role is made, changed, renamed and removed', async () => {
    await says('role', 'create', 'manager', '--set', 'includes=["seller"]', '--set', 'description=Leads');
    expect(await json('role', 'show', 'manager')).toEqual({
      name: 'manager',
      description: 'Leads',
      includes: ['seller'],
      policies: [],
    });
    await says('role', 'edit', 'manager', '--set', 'description=null', '--set', 'aliases=["boss"]');
    await says('role', 'rename', 'manager', 'head');
    expect(await json('role', 'show', 'head')).toEqual({
      name: 'head',
      aliases: ['boss'],
      includes: ['seller'],
      policies: [],
    });
    expect((await json('role', 'list')) as object[]).toContainEqual(expect.objectContaining({ name: 'head' }));
    expect(await refused('role', 'edit', 'head', '--set', 'name=x')).toEqual([2, expect.stringContaining('rename')]);
    expect(await says('role', 'delete', 'head')).toBe('Role head deleted.');
    expect(await refused('role', 'delete', 'haed')).toEqual([1, 'There is no role haed.']);
  });

  test('what is in use is refused with what refers to it, shown before it is taken along, and then taken along', async () => {
    const [code, sentence] = await refused('role', 'delete', 'seller');
    expect(code).toBe(1);
    expect(sentence).toMatch(
      /Role seller is in use[^]*group staff: has an assignment[^]*user bea: has[^]*--cascade --yes/,
    );
    expect(await refused('role', 'delete', 'seller', '--cascade')).toEqual([1, expect.stringContaining('user bea')]);
    expect(await says('role', 'show', 'seller')).toContain('seller');
    await says('role', 'delete', 'seller', '--cascade', '--yes');
    expect(await says('assignments', 'user', 'bea')).toBe('Nothing.');
    const staff = await refused('group', 'delete', 'staff');
    expect(staff).toEqual([1, expect.stringContaining('user ada: is a member of it')]);
    await says('group', 'delete', 'staff', '--cascade', '--yes');
    expect(await says('assignments', 'user', 'ada')).toBe('Nothing.');
  });

  test('groups, clients and resource servers likewise', async () => {
    await says('group', 'create', 'crew', '--set', 'description=All');
    await says('group', 'edit', 'crew', '--set', 'description=null');
    await says('group', 'rename', 'crew', 'team');
    expect(await json('group', 'show', 'team')).toEqual({ name: 'team' });
    await says('group', 'delete', 'team');

    const made = await says('client', 'create', 'batch', '--set', 'grantTypes=["client_credentials"]');
    expect(made).toMatch(/^Client batch created\.\nSecret of client batch, shown this once:\n\S{43}$/);
    await says('client', 'edit', 'batch', '--set', 'name=Nightly', '--set', 'connectors=["corp","primary"]');
    expect(await json('client', 'show', 'batch')).toMatchObject({ connectors: ['corp', 'primary'] });
    expect((await refused('client', 'edit', 'batch', '--set', 'connectors=["Corp/"]'))[1]).toContain(
      'The name of a userstore has 1 to 100 small letters, digits and hyphens.',
    );
    await says('client', 'edit', 'batch', '--set', 'connectors=null');
    expect(await json('client', 'show', 'batch')).not.toHaveProperty('connectors');
    await says('client', 'rename', 'batch', 'nightly');
    expect(await json('client', 'show', 'nightly')).toMatchObject({ id: 'nightly', name: 'Nightly' });
    await says('client', 'delete', 'nightly');
    expect(
      await says(
        'client',
        'create',
        'nightly',
        '--set',
        'authentication=none',
        '--set',
        'redirectUris=["https://n.example/cb"]',
      ),
    ).toBe('Client nightly created.');

    const api = 'https://stock.example';
    await says('resource-server', 'create', api, '--set', 'permissions=[{"name":"stock:read"}]');
    await says('role', 'create', 'keeper', '--set', `policies=[{"resourceServer":"${api}","permission":"stock:read"}]`);
    const none = ['resource-server', 'edit', api, '--set', 'permissions=[]'];
    expect(await refused(...none)).toEqual([1, expect.stringContaining('role keeper: has a policy about it')]);
    await says(...none, '--cascade', '--yes');
    expect(await json('role', 'show', 'keeper')).toMatchObject({ policies: [] });
    expect(await says('resource-server', 'list')).toContain(api);
    await says('resource-server', 'delete', api);
    expect(await says('resource-server', 'list')).not.toContain(api);
  });

  test('a permission is renamed, and its holders keep it', async () => {
    const at = 'https://mill.example';
    const permissions = [{ name: 'mill:run' }, { name: 'mill:all', implies: ['mill:run'] }, { name: 'mill:stop' }];
    await says('resource-server', 'create', at, '--set', `permissions=${JSON.stringify(permissions)}`);
    await says('role', 'create', 'miller', '--set', `policies=[{"resourceServer":"${at}","permission":"mill:run"}]`);
    await says('user', 'create', 'mia', '--role', 'miller');
    await says('user', 'create', 'max');
    await says('assign', 'user', 'max', 'permission', 'mill:run', '--at', at);
    const rename = (...names: string[]) => ['resource-server', 'rename-permission', at, ...names];
    const lines = `Permission mill:run of ${at} renamed to mill:grind.`;
    expect(await says(...rename('mill:run', 'mill:grind'))).toBe(lines);
    const holders = await says('permission', 'holders', 'mill:grind', '--at', at);
    expect([holders.includes('mia'), holders.includes('max')]).toEqual([true, true]);
    expect(await json('resource-server', 'show', at)).toMatchObject({
      permissions: [{ name: 'mill:grind' }, { name: 'mill:all', implies: ['mill:grind'] }, { name: 'mill:stop' }],
    });
    expect(await refused(...rename('mill:grnd', 'mill:x'))).toEqual([1, expect.stringContaining('mean mill:grind?')]);
    expect(await refused(...rename('mill:grind', 'mill:stop'))).toEqual([1, expect.stringContaining('already')]);
    expect(await refused(...rename('mill:grind', 'a b'))).toEqual([1, expect.stringContaining('A permission is')]);
    expect((await refused(...rename('mill:grind')))[0]).toBe(2);
    expect(await json(...rename('mill:grind', 'mill:run'))).toMatchObject({
      permissions: [{ name: 'mill:run' }, {}, {}],
    });
  });
});

test('what a terminal obeys never reaches it raw', () => {
  expect(printable('a\u001b[31m\u009b\u202eb\nc\td')).toBe('a\\u001b[31m\\u009b\\u202eb\nc\td');
});

test('fields come from options, which stand before those of the input', async () => {
  const input = (text: string) => Readable.from([text]);
  const given = { set: ['description=Out', 'pkce="required"', 'scopes=["openid"]', 'a=b=c'], stdin: true };
  expect(await readFields(given, input('{"description":"In","name":"x"}'))).toEqual({
    ...{ description: 'Out', name: 'x', pkce: 'required', scopes: ['openid'], a: 'b=c' },
  });
  for (const text of ['', 'secret', '[]', 'null']) {
    await expect(readFields({ set: [], stdin: true }, input(text))).rejects.toThrow('The input is no JSON object');
  }
  await expect(readFields({ set: ['alone'], stdin: false })).rejects.toThrow('FIELD=VALUE');
});
