import { describe, expect, test } from '@jest/globals';
import { resourceOf } from '../../src/decisions/resource.js';
import { assignment, group, ORDERS, server, snapshotOf } from '../access/world.js';

const member = (of: string) => assignment('membership', of);
const snapshot = snapshotOf({
  groups: [
    group('world'),
    group('europe', [member('world')]),
    group('berlin', [member('europe'), member('cities')]),
    group('cities'),
  ],
  roles: [],
  servers: [
    {
      ...server(ORDERS, {}),
      instances: [
        {
          type: 'order',
          id: '17',
          within: ['name of berlin'],
          attributes: [
            { name: 'status', value: 'open' },
            { name: 'tag', value: 'a' },
            { name: 'tag', value: 'b' },
          ],
        },
      ],
    },
  ],
});
const asked = (properties?: object, id = '17', type = 'order') =>
  resourceOf(
    { type, id, ...(properties && { properties: properties as never }) },
    ORDERS,
    snapshot,
    (name) => `id of ${name}`,
  );

describe('the resource of a question', () => {
  test('is what the resource server declares of it, with all groups above its own', () => {
    const { within = [], ...rest } = asked();
    expect(rest).toEqual({ type: 'order', id: '17', attributes: { status: 'open', tag: ['a', 'b'] } });
    expect([...within].sort()).toEqual(['berlin', 'cities', 'europe', 'world']);
  });

  test('is what the question says, where it says something', () => {
    const properties = { status: 'archived', owner: 'ada', within: ['name of europe', 'a group that nobody has'] };
    expect(asked(properties)).toEqual({
      type: 'order',
      id: '17',
      owner: 'id of ada',
      within: expect.arrayContaining(['europe', 'world']),
      attributes: { status: 'archived', tag: ['a', 'b'] },
    });
    expect(asked({ within: [] }).within).toEqual([]);
  });

  test('has no property that is null', () => {
    expect(asked({ note: null }, '18').attributes).toEqual({});
  });

  test('is unknown where only the id or the type is that of a declared one', () => {
    for (const other of [asked(undefined, '18'), asked(undefined, '17', 'invoice')]) {
      expect([other.within, other.attributes]).toEqual([undefined, {}]);
    }
  });
});
