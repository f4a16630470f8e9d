import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stores } from '../flows/flow-host.js';
import { type Commands, commandsOn } from './in-process.js';

const SHOP = 'https://shop.test';

describe.each(stores)('on %s,', (store) => {
  let realm: Commands;
  beforeAll(async () => {
    realm = await commandsOn(store, 'test/cli/holders.realm.yaml');
    await realm.says('user', 'disable', 'gus');
  });
  afterAll(() => realm.end());

  const says = (...argv: readonly string[]): Promise<string> => realm.says(...argv);

  test('a role is held through groups, through roles that include it, and by clients; who will hold it or is disabled is not listed', async () => {
    expect(await says('role', 'holders', 'seller')).toBe(
      [
        'ada (through group shop-floor > staff)',
        'bea (through role lead)',
        'cleo',
        'dora (through group gold)',
        'client till',
        'Not listed: 1 later, 1 under a limitation, 1 disabled. --all lists them.',
      ].join('\n'),
    );
  });

  test('who will hold it, does under a limitation, or is disabled has a section of its own', async () => {
    const all = await says('role', 'holders', 'seller', '--all');
    expect(all.split('\n\n').slice(1)).toEqual([
      'Later:\neve (from 2099-05-01 00:00 UTC)',
      'Under a limitation that does not hold here:\nfinn (only in till)',
      'Disabled:\ngus',
    ]);
  });

  test('a permission is held by whoever holds it or what implies it, however it came', async () => {
    await says('assign', 'user', 'hal', 'permission', 'shop:refund', '--at', SHOP);
    const output = await says('permission', 'holders', 'shop:sell', '--at', SHOP);
    expect(output.split('\n').slice(0, -1)).toEqual([
      'ada (through group shop-floor > staff, role seller)',
      'bea (through role lead)',
      'cleo (through role seller)',
      'dora (through group gold, role seller)',
      'hal',
      'client till (through role seller)',
    ]);
    const refund = await says('permission', 'holders', 'shop:refund', '--at', SHOP, '--json');
    expect(JSON.parse(refund)).toMatchObject({ kind: 'user', name: 'hal', when: 'now', groups: [] });
    const wrong = await realm.command('permission', 'holders', 'shop:sel', '--at', SHOP);
    expect(wrong.err.join()).toContain('did you mean shop:sell?');
  });

  test('groups, segments and customer groups list who is in them at this moment', async () => {
    await says('assign', 'user', 'bea', 'group', 'shop-floor', '--from', '2099-01-01T00:00:00Z');
    expect(await says('group', 'members', 'staff')).toBe(
      'ada (through group shop-floor)\nNot listed: 1 later, 1 disabled. --all lists them.',
    );
    expect(await says('group', 'members', 'gold')).toBe('dora');
    expect(await says('segment', 'members', 'reds')).toBe('hal');
    expect(await says('group', 'members', 'shop-floor', '--all', '--json')).toMatch(/"name":"bea","when":"later"/);
  });

  test('a dry run says of users, clients and everybody in a group what the run would change, and changes nothing', async () => {
    const client = await says('assign', 'client', 'till', 'permission', 'shop:refund', '--at', SHOP, '--dry-run');
    expect(client).toContain(`client till would gain shop:refund at ${SHOP}`);
    const moved = await says('assign', 'group', 'shop-floor', 'permission', 'shop:refund', '--at', SHOP, '--dry-run');
    expect(moved.split('\n')).toEqual([
      `ada would gain shop:refund at ${SHOP}`,
      `bea would gain shop:refund at ${SHOP}, later or under a limitation`,
      `gus (disabled) would gain shop:refund at ${SHOP}`,
      'Nothing was changed. Looked at everybody whom it may concern: 3 users and clients.',
    ]);
    const [assignment = ''] = /^\S+(?= +group staff)/m.exec(await says('assignments', 'group', 'shop-floor')) ?? [];
    const left = await says('unassign', 'group', 'shop-floor', assignment, '--dry-run');
    expect(left).toContain('ada would lose role seller');
    expect(left).not.toContain('gus (disabled) would lose role seller');
    const gold = await says('assign', 'group', 'gold', 'role', 'lead', '--dry-run');
    expect(gold).toContain('dora would gain role lead');
    expect(await says('assign', 'user', 'hal', 'role', 'lead', '--dry-run')).toContain('hal would gain role seller');
    expect(await says('role', 'holders', 'lead')).toBe('bea');
  });

  test('the dry run of a realm file says who gains by a role that newly includes another, and takes from nobody who keeps it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-dry-run-'));
    const tried = async (text: string) => {
      await writeFile(join(folder, 'realm.yaml'), `name: other\n${text}`);
      return says('dry-run', join(folder, 'realm.yaml'));
    };
    const included = await tried(`roles:
  - { name: writer, policies: [{ resourceServer: ${SHOP}, permission: 'shop:refund' }] }
  - { name: lead, includes: [seller, writer] }`);
    expect(included).toContain('bea would gain role writer');
    expect(included).toContain(`bea would gain shop:refund at ${SHOP}`);
    expect(included).not.toContain('would lose');
    const implied = await tried(
      `resourceServers: [{ identifier: ${SHOP}, name: Shop, permissions: [{ name: 'shop:sell', implies: ['shop:refund'] }, { name: 'shop:refund' }] }]`,
    );
    expect(implied).toContain(`client till would gain shop:refund at ${SHOP}`);
    const given = await tried(
      'groups: [{ name: gold, roles: [seller, lead] }, { name: shop-floor, groups: [desk] }, { name: desk, roles: [lead] }]',
    );
    for (const who of ['dora', 'ada', 'gus (disabled)']) expect(given).toContain(`${who} would gain role lead`);
    await rm(folder, { recursive: true });
  });

  test('everybody has what everyone has', async () => {
    const output = await says('role', 'holders', 'everyone');
    expect(output).toMatch(/^ada \(as everyone\)$/m);
    expect(output).not.toContain('till');
  });
});
