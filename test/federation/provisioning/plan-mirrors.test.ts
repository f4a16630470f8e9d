import { describe, expect, test } from '@jest/globals';
import { MOST_CREATED, MOST_MIRRORED, planMirrors } from '../../../src/federation/provisioning/plan-mirrors.js';
import type { Group } from '../../../src/identity/groups/group.js';
import { groupInput } from '../../../src/identity/groups/group-input.js';
import { group, snapshotOf } from '../../access/world.js';

const ours = (name: string): Group => ({ ...group(`ours ${name}`), name });
const mirror = (upstreamId: string, name: string, connector = 'corp'): Group => ({
  ...group(`${connector} ${upstreamId}`),
  ...{ name, connector, upstreamId },
});
const upstream = (id: string, name: string) => ({ kind: 'mirror', id, name, rule: 0 }) as const;
const plan = (groups: readonly Group[], ...targets: readonly ReturnType<typeof upstream>[]) =>
  planMirrors('corp', targets, snapshotOf({ groups, roles: [], servers: [] }));
const created = (groups: readonly Group[], ...targets: readonly ReturnType<typeof upstream>[]) =>
  plan(groups, ...targets).creations.map(({ name }) => name);

describe('a group of the upstream', () => {
  test('is found by its id, whatever its name', () => {
    const planned = plan([mirror('1', 'Sales'), mirror('1', 'Other', 'else')], upstream('1', 'Sales'));
    expect(planned).toEqual({
      existing: ['corp 1'],
      creations: [],
      renamings: [],
      leftOut: { tooMany: 0, nameTaken: 0 },
    });
  });

  test('with the name of a group of ours, or of another connector, is another group', () => {
    expect(created([ours('Sales')], upstream('1', 'Sales'))).toEqual(['corp: Sales']);
    expect(created([mirror('1', 'Sales', 'else')], upstream('1', 'Sales'))).toEqual(['corp: Sales']);
    const [third = ''] = created([ours('Sales'), ours('corp: Sales')], upstream('1', 'Sales'));
    expect(third).toMatch(/^corp: Sales \([0-9a-f]{8}\)$/);
    const all = ['Sales', 'corp: Sales', third].map(ours);
    expect(plan(all, upstream('1', 'Sales'))).toMatchObject({ creations: [], leftOut: { nameTaken: 1 } });
  });

  test('with the name of another one there is another group', () => {
    const names = created([], upstream('1', 'Sales'), upstream('2', 'Sales'), upstream('3', 'Sales'));
    expect(names).toEqual(['Sales', 'corp: Sales', expect.stringMatching(/^corp: Sales \([0-9a-f]{8}\)$/)]);
  });

  test('keeps its longer name when the shorter one is free again', () => {
    expect(plan([mirror('1', 'corp: Sales')], upstream('1', 'Sales')).renamings).toEqual([]);
  });

  test('takes a new name of the upstream, or a longer one if that is taken', () => {
    const before = mirror('1', 'Sales');
    const renamed = (...groups: readonly Group[]) =>
      plan([before, ...groups], upstream('1', 'Marketing')).renamings.map(({ group: { id }, name }) => [id, name]);
    expect(renamed()).toEqual([['corp 1', 'Marketing']]);
    expect(renamed(ours('Marketing'))).toEqual([['corp 1', 'corp: Marketing']]);
  });

  test('has a name that a group may have, however long its own is', () => {
    for (const name of ['x'.repeat(255), '😀'.repeat(127), `${'x'.repeat(248)} y yyyy`]) {
      const taken = created([ours(name)], upstream('1', name));
      const third = created([ours(name), ...taken.map(ours)], upstream('1', name));
      for (const one of [...taken, ...third]) expect(groupInput.safeParse({ name: one }).success).toBe(true);
      expect([taken.length, third.length]).toEqual([1, 1]);
    }
  });
});

describe('very many groups of the upstream', () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => upstream(`new ${at}`, `Group ${at}`));

  test('are created by several sign-ins', () => {
    const { creations, leftOut } = plan([], ...many(MOST_CREATED + 5));
    expect([creations.length, leftOut.tooMany]).toEqual([MOST_CREATED, 5]);
  });

  test('are not all created', () => {
    const full = Array.from({ length: MOST_MIRRORED - 1 }, (_, at) => mirror(`old ${at}`, `Old ${at}`));
    const { creations, leftOut, existing } = plan(full, upstream('old 7', 'Old 7'), ...many(3));
    expect([creations.length, leftOut.tooMany, existing]).toEqual([1, 2, ['corp old 7']]);
  });
});
