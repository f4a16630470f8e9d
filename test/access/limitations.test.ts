import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sentence } from '../../src/sentences/sentence.js';
import { decide } from '../../src/access/evaluation/decide.js';
import type { LimitationAnswer, Criterion, LimitationKind } from '../../src/access/limitations/limitation.js';
import { LIMITATIONS } from '../../src/access/limitations/limitations.js';
import type {
  EvaluationContext,
  EvaluationQuestion,
  Resource,
} from '../../src/access/evaluation/evaluation-context.js';
import { PASSWORD, TWO_FACTOR } from '../../src/base/authentication-level.js';
import { evenDays } from './samples/even-days.js';
import { assignment, ORDERS, role, server, snapshotOf } from './world.js';

const at = (text: string): number => Date.parse(text);
/** A Thursday, 11:00 in Berlin. */
const NOON = at('2026-11-26T10:00:00Z');

type Asked = Partial<Omit<EvaluationQuestion, 'subject' | 'context'>> & {
  readonly subject?: Partial<EvaluationQuestion['subject']>;
  readonly context?: Partial<EvaluationContext>;
};
const question = ({ subject, context, ...rest }: Asked = {}): EvaluationQuestion => ({
  subject: { kind: 'user', id: 'ada', assignments: [], ...subject },
  context: { at: NOON, ...context },
  ...rest,
});
/** Gatehouse's own kinds, and the one in the documentation. */
const kinds = [...LIMITATIONS.values(), evenDays];
const kindOf = (name: string): LimitationKind => {
  const kind = kinds.find((one) => one.kind === name);
  if (!kind) throw new Error(`There is no limitation ${name}.`);
  return kind;
};
const judge = (kind: string, values: string | readonly string[], asked: Asked = {}): LimitationAnswer =>
  kindOf(kind).evaluate([values].flat(), question(asked));

describe('the limitation', () => {
  test.each<[string, string | string[], Asked, LimitationAnswer['is']]>([
    ['attribute', 'department=sales', { subject: { attributes: [{ name: 'department', value: 'sales' }] } }, 'yes'],
    ['attribute', ['department=x', 'grade=7'], { subject: { attributes: [{ name: 'grade', value: '7' }] } }, 'yes'],
    ['attribute', 'department=sales', { subject: { attributes: [{ name: 'department', value: 'Sales' }] } }, 'no'],
    ['attribute', 'department=sales', {}, 'no'],
    ['client', ['shop', 'desk'], { context: { clientId: 'desk' } }, 'yes'],
    ['client', 'shop', { context: { clientId: 'desk' } }, 'no'],
    ['client', 'shop', {}, 'missing'],
    ['connector', ['corp', 'primary'], { context: { connector: 'primary' } }, 'yes'],
    ['connector', 'corp', { context: { connector: 'primary' }, subject: { userstore: 'corp' } }, 'no'],
    ['connector', 'corp', { subject: { userstore: 'corp' } }, 'missing'],
    ['country', ['DE', 'AT'], { context: { country: 'AT' } }, 'yes'],
    ['country', 'DE', { context: { country: 'unknown' } }, 'no'],
    ['country', 'unknown', { context: { country: 'unknown' } }, 'yes'],
    ['country', 'DE', {}, 'missing'],
    ['action', 'soft=true', { action: { name: 'a', properties: { soft: true } } }, 'yes'],
    ['action', 'soft=true', { action: { name: 'a', properties: { soft: false } } }, 'no'],
    ['action', 'soft=true', { action: { name: 'a', properties: {} } }, 'no'],
    ['action', 'soft=true', {}, 'missing'],
    [
      'expression',
      'action.name == "a" && action.soft == true',
      { action: { name: 'a', properties: { soft: true } } },
      'yes',
    ],
    ['expression', 'action.soft == true', { action: { name: 'a', properties: {} } }, 'missing'],
    ['expression', 'resource.amount <= 100.0', { resource: { attributes: { amount: 99 } } }, 'yes'],
    ['expression', 'resource.amount <= 100.0', { resource: { attributes: { amount: 101 } } }, 'no'],
    ['expression', 'resource.amount <= 100.0', { resource: { attributes: {} } }, 'missing'],
    ['expression', ['resource.owner == "bob"', 'client == "shop"'], { context: { clientId: 'shop' } }, 'yes'],
    ['expression', 'now.getFullYear() == 2026', {}, 'yes'],
    ['expression', 'nonsense ==', {}, 'no'],
    ['group', ['sales', 'desk'], { groups: new Set(['desk']) }, 'yes'],
    ['group', 'sales', { groups: new Set(['desk']) }, 'no'],
    ['group', 'sales', {}, 'missing'],
    ['level', TWO_FACTOR, { context: { authentication: { level: TWO_FACTOR, at: 0 } } }, 'yes'],
    ['level', PASSWORD, { context: { authentication: { level: TWO_FACTOR, at: 0 } } }, 'yes'],
    ['level', TWO_FACTOR, { context: { authentication: { level: PASSWORD, at: NOON } } }, 'missing'],
    [
      'level',
      `${PASSWORD} within 300`,
      { context: { authentication: { level: PASSWORD, at: NOON - 299_000 } } },
      'yes',
    ],
    [
      'level',
      `${PASSWORD} within 300`,
      { context: { authentication: { level: PASSWORD, at: NOON - 300_000 } } },
      'missing',
    ],
    ['level', PASSWORD, {}, 'missing'],
    ['network', '10.0.0.0/8', { context: { address: '10.255.0.1' } }, 'yes'],
    ['network', '10.0.0.0/8', { context: { address: '::ffff:10.1.2.3' } }, 'yes'],
    ['network', ['192.0.2.7', '2001:db8::/32'], { context: { address: '2001:db8:1::5' } }, 'yes'],
    ['network', '10.0.0.0/8', { context: { address: '11.0.0.1' } }, 'no'],
    ['network', '10.0.0.0/8', { context: { address: 'not an address' } }, 'missing'],
    ['network', '10.0.0.0/8', { context: { address: '10' } }, 'missing'],
    ['network', '8.0.0.0/8', { context: { address: '010.0.0.1' } }, 'missing'],
    ['network', '10.0.0.0/8', {}, 'missing'],
    ['owner', 'self', { resource: { owner: 'ada' } }, 'yes'],
    ['owner', 'self', { resource: { owner: 'bob' } }, 'no'],
    ['owner', 'self', { resource: {} }, 'missing'],
    ['resource', ['status=open', 'status=new'], { resource: { attributes: { status: 'new' } } }, 'yes'],
    ['resource', 'type=order', { resource: { type: 'order' } }, 'yes'],
    ['resource', 'tag=a', { resource: { attributes: { tag: ['b', 'a'] } } }, 'yes'],
    ['resource', 'amount=5', { resource: { attributes: { amount: 5 } } }, 'yes'],
    ['resource', 'toString=x', { resource: { attributes: {} } }, 'no'],
    ['resource', 'status=open', { resource: {} }, 'no'],
    ['resource', 'status=open', {}, 'missing'],
    ['sessions', '2', { context: { sessions: 2 } }, 'yes'],
    ['sessions', '2', { context: { sessions: 3 } }, 'no'],
    ['sessions', '2', {}, 'missing'],
    ['userstore', 'primary', { subject: { userstore: 'primary' } }, 'yes'],
    ['userstore', 'corp', { subject: { userstore: 'primary' } }, 'no'],
    ['userstore', 'corp', {}, 'no'],
    ['within', ['sales'], { resource: { within: ['team', 'sales'] } }, 'yes'],
    ['within', ['sales'], { resource: { within: ['team'] } }, 'no'],
    ['within', ['sales'], { resource: {} }, 'missing'],
  ])('%s %j, asked %j, is %j', (kind, values, asked, expected) => {
    expect(judge(kind, values, asked).is).toBe(expected);
  });

  test.each<[string, string]>([
    ['time', 'Mon-Fri 09:00-17:00'],
    ['time', 'Europe/Berlin'],
    ['time', '09:00-17:00 Mon-Fri Europe/Berlin'],
    ['time', 'Mon-Fri 9-17 Europe/Berlin'],
    ['time', 'Mon-Fri 09:00-09:00 Europe/Berlin'],
    ['time', '2026-02-30/2026-03-01 Europe/Berlin'],
    ['time', '2026-12-24/2026-12-01 Europe/Berlin'],
    ['time', 'Mon-Fri Middle/Earth'],
    ['network', '10.0.0.0/33'],
    ['network', 'example.com'],
    // Other notations of an IPv4 address mean another address than intended, or none.
    ['network', '10'],
    ['network', '10.1/16'],
    ['network', '010.0.0.1'],
    ['network', '0x0a000001'],
    ['network', '::ffff:10.0.0.0/104'],
    ['connector', 'Corp'],
    ['connector', ''],
    ['country', 'Germany'],
    ['country', 'de'],
    ['attribute', 'department'],
    ['attribute', 'a=\u0000'],
    ['level', 'two-factor'],
    ['level', `${TWO_FACTOR} within 0`],
    ['sessions', '0'],
    ['sessions', 'many'],
    ['owner', 'bob'],
    ['expression', 'roles.exists(r, r == "x")'],
    ['userstore', 'a b'],
    ['client', ''],
  ])('%s has no value %j, and says what would be one', (kind, value) => {
    const fault = kindOf(kind).fault(value);
    expect(fault && sentence(fault, 'en').length).toBeGreaterThan(20);
    expect(judge(kind, value).is).not.toBe('yes');
  });

  test('level says what would do', () => {
    expect(judge('level', `${TWO_FACTOR} within 60`)).toEqual({
      is: 'missing',
      what: 'authentication',
      stepUp: { level: TWO_FACTOR, maxAgeSeconds: 60 },
    });
  });
});

/** Valid values of each kind. */
const good: Readonly<Record<string, readonly string[]>> = {
  action: ['soft=true', 'mode=fast'],
  attribute: ['department=sales', 'grade=7'],
  client: ['shop', 'desk'],
  connector: ['corp', 'primary'],
  country: ['DE', 'AT', 'unknown'],
  expression: ['resource.owner == subject', '!(client == "shop")', 'resource.amount < 5.0', 'sessions < 3'],
  group: ['g1', 'g2'],
  level: [PASSWORD, TWO_FACTOR, `${PASSWORD} within 300`],
  network: ['10.0.0.0/8', '::1'],
  owner: ['self'],
  resource: ['type=order', 'status=open'],
  sessions: ['1', '3'],
  time: ['Mon-Fri 09:00-17:00 Europe/Berlin', '22:00-06:00 UTC', 'Sun UTC'],
  userstore: ['primary', 'corp'],
  within: ['g1', 'g2'],
  'even-days': ['UTC'],
};
const anyLimitation = fc
  .constantFrom(...kinds)
  .chain(({ kind }) => fc.subarray([...(good[kind] ?? [])], { minLength: 1 }).map((values) => ({ kind, values })));
const sometimes = <T>(...values: readonly T[]): fc.Arbitrary<T | undefined> =>
  fc.option(fc.constantFrom(...values), { nil: undefined });
const defined = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
const anyContext: fc.Arbitrary<EvaluationContext> = fc
  .record({
    at: fc.integer({ min: NOON, max: NOON + 7 * 86_400_000 }),
    clientId: sometimes('shop', 'desk', 'other'),
    connector: sometimes('corp', 'primary', 'other'),
    address: sometimes('10.1.1.1', '::1', '192.0.2.1'),
    country: sometimes('DE', 'FR', 'unknown'),
    authentication: sometimes({ level: PASSWORD, at: NOON }, { level: TWO_FACTOR, at: NOON }),
    sessions: sometimes(0, 1, 2, 5),
  })
  .map((context) => defined(context) as EvaluationContext);
const anyResource: fc.Arbitrary<Resource> = fc
  .record({
    type: sometimes('order', 'refund'),
    owner: sometimes('ada', 'bob'),
    within: sometimes(['g1'], ['g2', 'g3'], []),
    attributes: sometimes<Record<string, string | number>>({ status: 'open', amount: 3 }, { status: 'done' }),
  })
  .map((resource) => defined(resource) as Resource);
const anyAction = fc.record({
  name: fc.constant('orders:read'),
  properties: fc.constantFrom({}, { soft: true }, { soft: false, mode: 'fast' }),
});
const anyQuestion = fc.record({
  context: anyContext,
  resource: anyResource,
  action: anyAction,
  groups: sometimes(new Set(['g1'])),
});

/** Whether a store would return this row. */
const passes = (criterion: Criterion, row: Resource): boolean => {
  if (typeof criterion === 'string') return criterion === 'all';
  const fieldValue = criterion.field === 'within' ? row.within : criterion.field === 'owner' ? row.owner : undefined;
  return [fieldValue ?? []].flat().some((one) => criterion.in.includes(one));
};

describe('every kind of limitation', () => {
  test('has good values in this file, and finds no fault with them', () => {
    for (const each of kinds) {
      const { kind } = each;
      expect([kind, (good[kind] ?? []).length > 0]).toEqual([kind, true]);
      for (const value of good[kind] ?? []) expect([kind, value, each.fault(value)]).toEqual([kind, value, undefined]);
    }
  });

  test('is in the documentation, with its moment, and one of your own as it stands there is among those tested here', () => {
    const page = readFileSync('docs/limitations.md', 'utf8');
    for (const [kind, { judgedAt }] of LIMITATIONS) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${kind}\` |`));
      expect([kind, row?.endsWith(judgedAt === 'issue' ? '| at issue |' : '| at a decision |')]).toEqual([kind, true]);
    }
    const sample = readFileSync('test/access/samples/even-days.ts', 'utf8');
    const shown = sample
      .replace('../../../src/access/limitations/limitation.js', '../limitation.js')
      .replace('../../../src/base/', '../../../base/');
    expect(page).toContain(shown);
    expect(judge('even-days', 'UTC', { context: { at: NOON } })).toEqual({
      is: 'yes',
      until: at('2026-11-27T00:00:00Z'),
    });
    expect(judge('even-days', 'UTC', { context: { at: at('2026-11-27T00:00:00Z') } })).toEqual({ is: 'no' });
  });

  test('agrees with itself: no row that it says yes to is left out of a list', () => {
    fc.assert(
      fc.property(anyLimitation, anyQuestion, ({ kind, values }, { context, resource, groups }) => {
        const evaluation = question({ context, ...(groups && { groups }), subject: { userstore: 'primary' } });
        const said = kindOf(kind).evaluate(values, { ...evaluation, resource });
        const criterion = kindOf(kind).criterion(values, evaluation);
        if (said.is === 'yes') expect([kind, passes(criterion, resource)]).toEqual([kind, true]);
        // If a kind does not read the row, or the store can filter by everything it reads, the filter is exact.
        if (!['resource', 'expression'].includes(kind) && said.is !== 'yes')
          expect(passes(criterion, resource)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  test('says nothing but yes, no or missing, whatever its values and whatever is asked', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.array(fc.string({ unit: 'binary' })),
        anyQuestion,
        (kind, values, asked) => {
          const { context, resource } = asked;
          const said = kind.evaluate(values, question({ context, resource }));
          expect(['yes', 'no', 'missing']).toContain(said.is);
          if (values.every((value) => kind.fault(value) !== undefined)) expect(said.is).not.toBe('yes');
          expect(kind.describe(values)).toEqual(expect.any(String));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('only narrows: with one more of any kind nothing opens that was closed', () => {
    const orders = server(ORDERS, { 'orders:read': [] });
    fc.assert(
      fc.property(fc.array(anyLimitation, { maxLength: 2 }), anyLimitation, anyQuestion, (before, more, asked) => {
        const ask = (limitations: typeof before): boolean => {
          const snapshot = snapshotOf({
            groups: [],
            roles: [role('reader', [ORDERS, 'orders:read', ...limitations])],
            servers: [orders],
          });
          const subject = { kind: 'user', id: 'ada', assignments: [assignment('role', 'reader')] } as const;
          const wanted = { audience: ORDERS, permission: 'orders:read' };
          return decide(subject, wanted, asked.resource, asked.context, snapshot).allowed;
        };
        if (!ask(before)) expect(ask([...before, more])).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});
