import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stores } from '../flows/flow-host.js';
import { type Commands, commandsOn } from './in-process.js';

const ORDERS = 'https://orders.test';

describe.each(stores)('on %s,', (store) => {
  let realm: Commands;
  beforeAll(async () => {
    realm = await commandsOn(store, 'test/cli/explain.realm.yaml');
  });
  afterAll(() => realm.end());

  const says = (...argv: readonly string[]): Promise<string> => realm.says(...argv);
  const may = (...more: readonly string[]) => says('decide', 'bob', 'orders:read', '--at', ORDERS, ...more);

  test('what is given holds from then on, as its terms say, is shown, and is taken away by its id', async () => {
    expect(await may()).toBe('denied');
    const given = [
      'assign',
      'user',
      'bob',
      'role',
      'reader',
      '--until',
      '2099-01-01T00:00:00+01:00',
      '--reason',
      'holiday cover',
    ];
    expect(await says(...given, '--limitation', 'client=shop', '--limitation', 'client=desk')).toBe(
      'Role reader assigned to bob (starts now, ends 2098-12-31 23:00 UTC, limited by client).',
    );
    expect([await may(), await may('--client', 'desk')]).toEqual(['denied', 'allowed']);
    expect(await says(...given, '--limitation', 'client=shop', '--limitation', 'client=desk')).toContain('already');
    const shown = await says('assignments', 'user', 'bob');
    expect(shown).toMatch(/role reader +2098-12-31 23:00 UTC +client=shop\|desk +host:\S+ +holiday cover/);
    const [, assignment = ''] = /^(\S+) +role reader/m.exec(shown) ?? [];
    expect(await says('unassign', 'user', 'bob', assignment)).toBe(`Assignment ${assignment} of bob removed.`);
    expect([await may('--client', 'desk'), await says('assignments', 'user', 'bob')]).toEqual(['denied', 'Nothing.']);
  });

  test('groups and clients are given things too, and permissions themselves', async () => {
    expect(await says('assign', 'group', 'team', 'permission', 'orders:approve', '--at', ORDERS)).toBe(
      `Permission orders:approve at ${ORDERS} assigned to team (starts now, no end date).`,
    );
    expect(await says('decide', 'ada', 'orders:approve', '--at', ORDERS)).toBe('allowed');
    await says('assign', 'client', 'machine', 'role', 'changer');
    expect(await says('assignments', 'client', 'machine')).toContain('role changer');
    expect(await realm.command('edges', 'client', 'machine')).toMatchObject({
      code: 0,
      out: expect.arrayContaining([expect.stringContaining('role changer')]) as unknown,
      err: ['`gatehouse edges` is called `gatehouse assignments` now. The old name goes with the next release.'],
    });
    await says('assign', 'user', 'bob', 'group', 'team');
    expect(await says('group', 'members', 'company')).toBe('ada (through group team)\nbob (through group team)');
    expect(await says('group', 'members', 'team')).toBe('ada\nbob');
  });

  test('what would change for whom can be seen before it is done', async () => {
    const may = () => says('decide', 'ada', 'orders:refund', '--at', ORDERS);
    const given = ['assign', 'group', 'company', 'permission', 'orders:refund', '--at', ORDERS] as const;
    const tried = await says(...given, '--dry-run');
    expect(tried).toContain(`ada would gain orders:refund at ${ORDERS}`);
    expect([tried.includes('would lose'), await may()]).toEqual([false, 'denied']);

    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-dry-run-'));
    const file = join(folder, 'realm.yaml');
    await writeFile(
      file,
      `name: changes\nroles: [{ name: reader, policies: [{ resourceServer: ${ORDERS}, permission: 'orders:change' }] }]`,
    );
    const role = await says('dry-run', file);
    expect(role).toContain(`Role reader: policies changed (removed orders:read at ${ORDERS}).`);
    expect(role).toContain(`ada would gain orders:change at ${ORDERS}`);
    expect(role).toContain(`ada would lose orders:read at ${ORDERS}`);
    expect(await says('decide', 'ada', 'orders:read', '--at', ORDERS)).toBe('allowed');
    await rm(folder, { recursive: true });
  });

  test('roles and groups are listed, and shown', async () => {
    expect(await says('role', 'list')).toMatch(/^reader +everywhere +1/m);
    expect(await says('role', 'show', 'approver')).toContain(
      '- orders:approve at https://orders.test, only from 10.0.0.0/8',
    );
    expect(await says('role', 'holders', 'approver')).toBe('ada');
    expect(await says('group', 'list')).toMatch(/^team +group +company/m);
  });

  test.each<[string[], string]>([
    [['assign', 'user', 'bob', 'role', 'raeder'], 'did you mean reader?'],
    [['assign', 'user', 'bob', 'role', 'reader', '--until', '2099-01-01'], 'A moment is written with its zone'],
    [
      ['assign', 'user', 'bob', 'role', 'reader', '--limitation', 'network=nowhere'],
      '"nowhere" is neither an address nor a range',
    ],
    [['assign', 'user', 'bob', 'permission', 'orders:read'], '--at https://orders.example.com'],
    [['assign', 'user', 'bob', 'permission', 'orders:eat', '--at', ORDERS], 'declares no permission orders:eat'],
    [['assign', 'user', 'bob', 'role', 'everyone'], 'Everybody has the role everyone'],
    [['assign', 'group', 'gold', 'group', 'team'], 'gold lies within no other group'],
    [['assign', 'group', 'team', 'customer-group', 'gold'], 'People are in customer groups'],
    [['assign', 'user', 'bob', 'group', 'gold'], 'gold is a customer group'],
    [['unassign', 'user', 'bob', 'nothing'], 'nothing'],
    [['assignments', 'robot', 'bob'], 'gatehouse assignments user alice'],
  ])('%j is refused with what is wrong', async (argv, sentence) => {
    const { code, err } = await realm.command(...argv);
    expect([code > 0, err.join('\n')]).toEqual([true, expect.stringContaining(sentence)]);
  });
});
