/** A permission that a realm file gives another name. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { assign } from '../../src/access/model/assign.js';
import { preview } from '../../src/access/administration/preview.js';
import { now } from '../../src/base/clock.js';
import type { Assignment } from '../../src/base/assignment.js';
import { operationLines } from '../../src/realm-file/describe/describe.js';
import type { Plan } from '../../src/realm-file/plan/plan.js';
import { bring, by, emptyRealm, type EmptyRealm, planOf } from './realm.js';

describe.each(['sqlite', 'mongodb'] as const)('on %s, a realm file', (kind) => {
  let realm: EmptyRealm;
  let changes: string[] = [];
  beforeAll(async () => {
    realm = await emptyRealm(kind);
  });
  afterAll(() => realm.close());

  const apply = (text: string) => bring(realm.parts, text, { onChange: (line) => changes.push(line) });
  const nothingLeft = async (text: string): Promise<void> => {
    const { writes } = realm.gate;
    expect((await planOf(realm.parts, text)).operations).toEqual([]);
    expect([await apply(text), realm.gate.writes]).toEqual([[], writes]);
  };
  const user = async (username: string) => {
    const found = await realm.parts.identifiers.findUser(username);
    if (!found) throw new Error(`There is no ${username}.`);
    return found;
  };
  const given = ({ assignments }: { readonly assignments: readonly Assignment[] }) =>
    assignments.map(({ target, source }) => `${target}${source ? ` by ${source.id}` : ''}`);
  const effectsOf = ({ before, planned }: Plan) => preview(before, planned, realm.parts, now());

  test('renames a permission, which keeps its holders, policies, implications and what clients are told', async () => {
    const at = 'https://stock.example';
    const server = (permissions: string): string =>
      `resourceServers: [{ identifier: '${at}', name: Stock, permissions: [${permissions}], implications: [{ permission: 'stock:write', implies: ['stock:read'] }] }]\n`;
    const before = server(
      "{ name: 'stock:read' }, { name: 'stock:write' }, { name: 'stock:all', implies: ['stock:write'] }",
    );
    const policy = (name: string): string => `{ resourceServer: '${at}', permission: '${name}' }`;
    const rest = (name: string): string =>
      `groups: [{ name: hall, permissions: [${policy(name)}] }]\nusers: [{ username: wil, groups: [hall] }, { username: xia, permissions: [${policy(name)}] }]\n`;
    const others = `name: theirs\nroles: [{ name: packer, policies: [${policy('stock:write')}] }]
clients: [{ id: scanner, name: Scanner, authentication: none, firstParty: true, scopes: [openid, roles], redirectUris: ['https://s.example/cb'], resourceServers: ['${at}'], permissions: [${policy('stock:write')}], claims: [{ value: permissions, claim: may, format: list, resourceServer: '${at}', only: ['stock:write'] }] }]
users: [{ username: yan, roles: [packer], permissions: [${policy('stock:all')}] }, { username: zoe, permissions: [${policy('stock:write')}] }]\n`;
    expect(await apply(`name: stock\n${before}${rest('stock:write')}`)).toEqual([]);
    expect(await apply(others)).toEqual([]);

    const renamed = `name: stock\n${server("{ name: 'stock:read' }, { name: 'stock:change', renamedFrom: 'stock:write' }, { name: 'stock:all', implies: ['stock:change'] }").replace("permission: 'stock:write'", "permission: 'stock:change'")}${rest('stock:change')}`;
    const plan = await planOf(realm.parts, renamed);
    expect(plan.operations.flatMap(operationLines)).toEqual([
      `Resource server ${at}: permission stock:change renamed, from stock:write.`,
    ]);
    const { effects, losing, holding } = await effectsOf(plan);
    expect([effects, losing]).toEqual([[], 0]);
    expect(holding).toBeGreaterThanOrEqual(5);

    changes = [];
    expect(await apply(renamed)).toEqual([]);
    expect(changes).toEqual([`Resource server ${at}: permission stock:change renamed, from stock:write.`]);
    const stored = await realm.parts.resourceServers.get(at);
    expect(stored?.permissions).toEqual([
      { name: 'stock:read', implies: [] },
      { name: 'stock:change', implies: [] },
      { name: 'stock:all', implies: ['stock:change'] },
    ]);
    expect(stored?.implications).toEqual([{ permission: 'stock:change', implies: ['stock:read'] }]);
    expect(given(await user('xia'))).toEqual([`${at} stock:change by stock`]);
    expect(given(await user('zoe'))).toEqual([`${at} stock:change by theirs`]);
    expect((await realm.parts.roles.findByName('packer'))?.policies.map(({ permission }) => permission)).toEqual([
      'stock:change',
    ]);
    const scanner = await realm.parts.clients.get('scanner');
    expect(given(scanner ?? { assignments: [] })).toEqual([`${at} stock:change by theirs`]);
    expect(scanner?.claims?.[0]?.only).toEqual(['stock:change']);
    await nothingLeft(renamed);
    await nothingLeft(others.replaceAll('stock:write', 'stock:change'));
  });

  test('renames a permission to the name that another gives up, and shows who loses one by it', async () => {
    const at = 'https://swap.example';
    const file = (permissions: string, more = ''): string =>
      `name: swap\nresourceServers: [{ identifier: '${at}', name: Swap, permissions: [${permissions}] }]\n${more}`;
    const give = (one: string, other: string): string =>
      `users: [{ username: vic, permissions: [{ resourceServer: '${at}', permission: '${one}' }] }, { username: ulf, permissions: [{ resourceServer: '${at}', permission: '${other}' }] }]\n`;
    await apply(file("{ name: 'a:low' }, { name: 'a:high' }", give('a:low', 'a:high')));
    const up = file("{ name: 'a:high', renamedFrom: 'a:low' }, { name: 'a:top', renamedFrom: 'a:high' }");
    const without = await planOf(realm.parts, up);
    expect((await effectsOf(without)).effects.map(({ who, loses }) => [who.name, loses])).toEqual([
      // The file no longer names them.
      ['ulf', [`a:top at ${at}`]],
      ['vic', [`a:high at ${at}`]],
    ]);
    const whole = file(
      "{ name: 'a:high', renamedFrom: 'a:low' }, { name: 'a:top', renamedFrom: 'a:high' }",
      give('a:high', 'a:top'),
    );
    const plan = await planOf(realm.parts, whole);
    expect((await effectsOf(plan)).effects).toEqual([]);
    expect(await apply(whole)).toEqual([]);
    expect(given(await user('vic'))).toEqual([`${at} a:high by swap`]);
    expect(given(await user('ulf'))).toEqual([`${at} a:top by swap`]);
    await nothingLeft(whole);

    // A node covers what lies below it: whoever held the permission by that alone loses it, and the preview says so.
    const hand = [{ resourceServer: at, permission: 'a' }];
    await apply('name: hands\nusers: [{ username: tia }]\n');
    await assign(by, realm.parts.users, await user('tia'), hand, await realm.parts.snapshots.read());
    const away = whole
      .replace("'a:top', renamedFrom: 'a:high'", "'b:top', renamedFrom: 'a:top'")
      .replace("permission: 'a:top'", "permission: 'b:top'");
    const moved = await planOf(realm.parts, away);
    const { effects } = await effectsOf(moved);
    expect(effects.map(({ who, loses }) => [who.name, loses])).toEqual([['tia', [`b:top at ${at}`]]]);
  });

  test('finishes to rename a permission that many hold, wherever a run was killed', async () => {
    const at = 'https://many.example';
    const people = Array.from({ length: 30 }, (_, i) => `many${i}`);
    const file = (name: string, from: string): string =>
      `name: many\nresourceServers: [{ identifier: '${at}', name: Many, permissions: [{ name: '${name}', renamedFrom: '${from}' }] }]\nusers: [${people.map((username) => `{ username: ${username}, permissions: [{ resourceServer: '${at}', permission: '${name}' }] }`).join(', ')}]\n`;
    const names = ['m:1', 'm:2', 'm:3', 'm:4'];
    await apply(file('m:1', 'm:0'));
    for (const [i, from] of names.slice(0, -1).entries()) {
      const renamed = file(names[i + 1] ?? '', from);
      realm.gate.failAfter(i * 7);
      await expect(apply(renamed)).rejects.toThrow('killed');
      realm.gate.failAfter(Infinity);
      expect(await apply(renamed)).toEqual([]);
      await nothingLeft(renamed);
    }
    for (const username of people) expect(given(await user(username))).toEqual([`${at} m:4 by many`]);
  });
});
