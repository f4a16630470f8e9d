import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allowedRows, MOST_READS, MOST_ROWS, type RowQuery } from '../../src/access/administration/allowed-rows.js';
import { type Conjunct, criterionOf } from '../../src/access/evaluation/list-criterion.js';
import { decide } from '../../src/access/evaluation/decide.js';
import type { EvaluationContext, Subject } from '../../src/access/evaluation/evaluation-context.js';
import type { Assignment, Limitation } from '../../src/base/assignment.js';
import { PASSWORD, TWO_FACTOR } from '../../src/base/authentication-level.js';
import type { Cursor, Page, PageRequest } from '../../src/base/paging.js';
import { AT, assignment, group, ORDERS, role, server, snapshotOf, type World } from './world.js';

interface Row {
  readonly id: string;
  readonly owner?: string;
  readonly within: readonly string[];
  readonly status: string;
}

const wanted = { audience: ORDERS, permission: 'orders:read' };
const servers = [server(ORDERS, { 'orders:read': [] })];
const subjectOf = (assignments: readonly Assignment[]): Subject => ({
  kind: 'user',
  id: 'ada',
  assignments,
  userstore: 'primary',
});
const resourceOf = ({ id, owner, within, status }: Row) => ({
  id,
  ...(owner !== undefined && { owner }),
  within,
  attributes: { status },
});
const meets = (row: Row, { field, in: values }: Conjunct): boolean =>
  (field === 'owner' ? [row.owner] : field === 'within' ? row.within : []).some(
    (one) => one !== undefined && values.includes(one),
  );

/** A list in memory that counts its reads. */
function listOf(rows: readonly Row[]) {
  const counts = { reads: 0, rows: 0 };
  const query: RowQuery<Row> = {
    async find(where, { limit, after }: PageRequest): Promise<Page<Row>> {
      const from = after === undefined ? -1 : Number(after);
      const found = rows
        .map((row, at) => ({ row, at }))
        .filter(({ row, at }) => at > from && (!where || meets(row, where)));
      const given = found.slice(0, limit);
      counts.reads++;
      counts.rows += given.length;
      const last = given.at(-1);
      return {
        rows: given.map(({ row }) => row),
        ...(last && found.length > limit && { next: String(last.at) as Cursor }),
      };
    },
    valuesOf: (row, field) => (field === 'owner' ? [row.owner ?? []].flat() : field === 'within' ? row.within : []),
    resourceOf,
  };
  return { query, asked: counts };
}

const limitation: fc.Arbitrary<Limitation> = fc.constantFrom(
  { kind: 'owner', values: ['self'] },
  { kind: 'within', values: ['g1', 'g2'] },
  { kind: 'within', values: ['g2'] },
  { kind: 'within', values: [] },
  { kind: 'client', values: ['shop'] },
  { kind: 'connector', values: ['corp'] },
  { kind: 'resource', values: ['status=open'] },
  { kind: 'expression', values: ['resource.status == "open" || resource.owner == subject'] },
  { kind: 'time', values: ['Mon-Sun UTC'] },
  { kind: 'group', values: ['group-b'] },
  { kind: 'level', values: [TWO_FACTOR] },
  { kind: 'network', values: ['10.0.0.0/8'] },
  { kind: 'nobody-knows-this', values: ['x'] },
);
const limitations = fc.array(limitation, { maxLength: 2 });
const assignments: fc.Arbitrary<Assignment[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.uuid(),
      fc.constantFrom(
        ['membership', 'group-a'] as const,
        ['membership', 'group-b'] as const,
        ['role', 'role-a'] as const,
        ['role', 'role-b'] as const,
        ['permission', `${ORDERS} orders:read`] as const,
      ),
      limitations,
      fc.constantFrom({}, {}, {}, { validUntil: AT }),
    )
    .map(([id, [kind, target], limited, more]) => assignment(kind, target, { id, limitations: limited, ...more })),
  { maxLength: 4, selector: ({ id }) => id },
);
const roleOf = (id: string) =>
  fc
    .array(limitations, { maxLength: 3 })
    .map((each) => role(id, ...each.map((limited) => [ORDERS, 'orders:*', ...limited] as const)));
const worlds: fc.Arbitrary<World> = fc.record({
  assignments,
  groups: fc.tuple(
    assignments.map((out) => group('group-a', out)),
    assignments.map((out) => group('group-b', out)),
  ),
  roles: fc.tuple(roleOf('role-a'), roleOf('role-b')),
  servers: fc.constant(servers),
});
const context: fc.Arbitrary<EvaluationContext> = fc
  .tuple(
    fc.constantFrom({}, { clientId: 'shop' }),
    fc.constantFrom({}, { address: '10.0.0.1' }),
    fc.constantFrom(
      {},
      { authentication: { level: TWO_FACTOR, at: AT } },
      { authentication: { level: PASSWORD, at: AT } },
    ),
  )
  .map((parts) => Object.assign({ at: AT }, ...parts) as EvaluationContext);
const rowsArbitrary: fc.Arbitrary<Row[]> = fc
  .array(
    fc.record({
      owner: fc.constantFrom('ada', 'bob', undefined),
      within: fc.subarray(['g1', 'g2', 'g3']),
      status: fc.constantFrom('open', 'done'),
    }),
    { maxLength: 12 },
  )
  .map((rows) =>
    rows.map(({ owner, ...rest }, at) => ({ id: String(at), ...rest, ...(owner !== undefined && { owner }) })),
  );

describe('the criterion of a list', () => {
  test('leaves out no row that is allowed, whatever narrows what on the way', () => {
    let branched = 0;
    fc.assert(
      fc.property(worlds, context, rowsArbitrary, (world, at, rows) => {
        const snapshot = snapshotOf(world);
        const criterion = criterionOf(subjectOf(world.assignments), wanted, at, snapshot);
        if (typeof criterion !== 'string') branched++;
        for (const row of rows) {
          const { allowed } = decide(subjectOf(world.assignments), wanted, resourceOf(row), at, snapshot);
          if (allowed)
            expect(criterion === 'all' || (criterion !== 'none' && criterion.some((one) => meets(row, one)))).toBe(
              true,
            );
        }
      }),
      { numRuns: 3000 },
    );
    expect(branched).toBeGreaterThan(50);
  });

  test('needs no row to be judged where a thing of which nothing is known is allowed: then each is', () => {
    let allowed = 0;
    fc.assert(
      fc.property(worlds, context, rowsArbitrary, (world, at, rows) => {
        const snapshot = snapshotOf(world);
        const isAllowed = (resource?: ReturnType<typeof resourceOf>) =>
          decide(subjectOf(world.assignments), wanted, resource, at, snapshot).allowed;
        if (!isAllowed()) return;
        if (rows.length > 0) allowed++;
        expect(rows.filter((row) => !isAllowed(resourceOf(row)))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(allowed).toBeGreaterThan(50);
  });

  const only = (...policies: Limitation[][]) => ({
    subject: subjectOf([assignment('role', 'reader')]),
    snapshot: snapshotOf({
      groups: [],
      servers,
      roles: [role('reader', ...policies.map((limited) => [ORDERS, 'orders:read', ...limited] as const))],
    }),
  });
  const own = { kind: 'owner', values: ['self'] };
  const within = (...values: string[]) => ({ kind: 'within', values });
  const ask = (...policies: Limitation[][]) => {
    const { subject, snapshot } = only(...policies);
    return criterionOf(subject, wanted, { at: AT }, snapshot);
  };

  test('joins what policies let through, a branch for each field', () => {
    expect(ask([own], [within('g2')], [within('g1', 'g2')])).toEqual([
      { field: 'owner', in: ['ada'] },
      { field: 'within', in: ['g1', 'g2'] },
    ]);
  });

  test('looks up the narrower of two, and leaves the other to each row', () => {
    expect(ask([within('g1', 'g2', 'g3'), { kind: 'resource', values: ['status=open'] }, own])).toEqual([
      { field: 'owner', in: ['ada'] },
    ]);
  });

  test('is nothing where nothing can lead there, and everything where one way is not narrowed', () => {
    expect(ask()).toBe('none');
    expect(ask([{ kind: 'client', values: ['shop'] }, own])).toBe('none');
    expect(ask([own], [])).toBe('all');
    expect(ask([own], [{ kind: 'expression', values: ['resource.a == 1'] }])).toBe('all');
    expect(
      criterionOf(
        only([own]).subject,
        { audience: ORDERS, permission: 'orders:burn' },
        { at: AT },
        only([own]).snapshot,
      ),
    ).toBe('none');
  });

  test('has at most 16 branches of 100 values, and is everything past that', () => {
    const groupsOf = (count: number) => within(...Array.from({ length: count }, (_, at) => `g${at}`));
    expect(ask([groupsOf(1600)])).toHaveLength(16);
    expect(ask([groupsOf(1601)])).toBe('all');
  });
});

describe('the allowed rows of a list', () => {
  const everyPage = async (
    list: ReturnType<typeof listOf>,
    world: World,
    at: EvaluationContext,
    limit: number,
  ): Promise<string[]> => {
    const listing = { subject: subjectOf(world.assignments), wanted, context: at, snapshot: snapshotOf(world) };
    const found: string[] = [];
    let after: Cursor | undefined;
    do {
      const [reads, rows] = [list.asked.reads, list.asked.rows];
      const page = await allowedRows(list.query, listing, { limit, ...(after !== undefined && { after }) });
      if (page === 'changed') throw new Error('Nothing changed.');
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      expect(list.asked.reads - reads).toBeLessThanOrEqual(MOST_READS);
      expect(list.asked.rows - rows).toBeLessThanOrEqual(MOST_ROWS);
      expect(Object.keys(page).filter((field) => field !== 'next')).toEqual(['rows']);
      found.push(...page.rows.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    return found;
  };

  test('are those that decide allows, each once, over pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        worlds,
        context,
        rowsArbitrary,
        fc.integer({ min: 1, max: 5 }),
        async (world, at, rows, limit) => {
          const allowed = rows.filter(
            (row) => decide(subjectOf(world.assignments), wanted, resourceOf(row), at, snapshotOf(world)).allowed,
          );
          const found = await everyPage(listOf(rows), world, at, limit);
          expect(found.toSorted()).toEqual(allowed.map(({ id }) => id).toSorted());
        },
      ),
      { numRuns: 1000 },
    );
  });

  const world = (...limited: Limitation[]): World => ({
    assignments: [assignment('role', 'reader')],
    groups: [],
    servers,
    roles: [role('reader', [ORDERS, 'orders:read', ...limited])],
  });
  const many = (count: number, open: (at: number) => boolean): Row[] =>
    Array.from({ length: count }, (_, at) => ({ id: String(at), within: [], status: open(at) ? 'open' : 'done' }));
  const open = { kind: 'resource', values: ['status=open'] };

  test('come in pages that read 2,000 rows at most, shorter than asked, that say there is more and tell no count', async () => {
    const list = listOf(many(5000, (at) => at === 4500));
    const listing = {
      subject: subjectOf(world().assignments),
      wanted,
      context: { at: AT },
      snapshot: snapshotOf(world(open)),
    };
    const first = await allowedRows(list.query, listing, { limit: 1000 });
    expect(first).toEqual({ rows: [], next: expect.any(String) });
    expect(list.asked.rows).toBe(2000);
    expect(await everyPage(listOf(many(5000, (at) => at === 4500)), world(open), { at: AT }, 1000)).toEqual(['4500']);
  });

  test('cost few reads, where one is asked for and few are allowed', async () => {
    expect(await everyPage(listOf(many(300, (at) => at % 100 === 99)), world(open), { at: AT }, 1)).toEqual([
      '99',
      '199',
      '299',
    ]);
  });

  test('are not read at all where nothing leads there', async () => {
    const list = listOf(many(10, () => true));
    expect(await everyPage(list, world({ kind: 'client', values: ['shop'] }), { at: AT }, 5)).toEqual([]);
    expect(list.asked.reads).toBe(0);
  });

  test('go on from no page of another criterion, another person, or nobody', async () => {
    const { query } = listOf(many(10, () => true));
    const [before, after] = [snapshotOf(world(open)), snapshotOf(world(open, { kind: 'owner', values: ['self'] }))];
    const listing = { subject: subjectOf(world().assignments), wanted, context: { at: AT }, snapshot: before };
    const page = await allowedRows(query, listing, { limit: 2 });
    if (page === 'changed' || !page.next) throw new Error('There are ten rows.');
    const next = { limit: 2, after: page.next };
    expect(await allowedRows(query, listing, next)).toMatchObject({ rows: [{ id: '2' }, { id: '3' }] });
    expect(await allowedRows(query, { ...listing, snapshot: after }, next)).toBe('changed');
    expect(await allowedRows(query, { ...listing, subject: { ...listing.subject, id: 'bob' } }, next)).toBe('changed');
    for (const made of ['', 'e30', 'WzFd', Buffer.from('["x",99]').toString('base64url'), '\u0000', 'x'.repeat(1e6)])
      expect(await allowedRows(query, listing, { limit: 2, after: made as Cursor })).toBe('changed');
  });
});
