import { describe, expect, test } from '@jest/globals';
import type { Block } from '../../src/base/block.js';
import type { Limitation } from '../../src/base/assignment.js';
import type { QuestionSources } from '../../src/decisions/asking.js';
import { filterFor } from '../../src/decisions/filter.js';
import { newUser } from '../../src/identity/users/new-user.js';
import { assignment, AT, group, ORDERS, server, snapshotOf } from '../access/world.js';

const snapshot = snapshotOf({
  groups: [group('europe'), group('berlin', [assignment('membership', 'europe')])],
  roles: [],
  servers: [server(ORDERS, { 'orders:read': [] })],
});
const filtered = (limitations: readonly Limitation[] | undefined, blocks: readonly Block[] = []) => {
  const permission = assignment('permission', `${ORDERS} orders:read`, { limitations: [...(limitations ?? [])] });
  const ada = {
    ...newUser({ id: 'ada', username: 'ada' }, [], 0),
    blocks: [...blocks],
    assignments: limitations ? [permission] : [],
  };
  const sources: QuestionSources = {
    // The caller knows ada by another name.
    idOf: (name) => (name === 'pairwise-ada' ? 'ada' : name),
    user: async (id) => (id === 'ada' ? ada : undefined),
    client: async () => undefined,
    behaviour: async () => undefined,
    sessions: async () => 1,
  };
  const question = { subject: { type: 'user', id: 'pairwise-ada' }, action: { name: 'orders:read' } };
  return filterFor(question, ORDERS, sources, snapshot, AT);
};

describe('the filter of a list', () => {
  test('is all rows or none where no row matters', async () => {
    expect(await filtered([])).toMatchObject({ rows: 'all' });
    expect(await filtered(undefined)).toMatchObject({ rows: 'none' });
    expect(await filtered([], [{ by: 'administrator', since: 0 }])).toEqual({
      rows: 'none',
      context: { reasons: ['pairwise-ada is disabled.'] },
    });
  });

  test('names owners as the caller does, and groups with those below', async () => {
    const own = await filtered([{ kind: 'owner', values: ['self'] }]);
    expect([own.rows, own.where]).toEqual(['some', [{ field: 'owner', in: ['pairwise-ada'] }]]);
    const within = await filtered([{ kind: 'within', values: ['europe'] }]);
    expect(within.where).toEqual([{ field: 'within', in: ['name of berlin', 'name of europe'] }]);
  });

  test('says nothing of rows where only their other properties decide', async () => {
    const { rows, where } = await filtered([{ kind: 'resource', values: ['status=open'] }]);
    expect([rows, where]).toEqual(['some', undefined]);
  });
});
