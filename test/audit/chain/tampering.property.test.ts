import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { auditRecords } from '../../../src/audit/audit-record.js';
import { auditLinks } from '../../../src/audit/chain/audit-link.js';
import { type ChainEnd, chainHeads } from '../../../src/audit/chain/chain-head.js';
import { verifyTrail } from '../../../src/audit/chain/verify-trail.js';
import type { Json, JsonObject } from '../../../src/base/json.js';
import { recordOfMark } from '../../../src/audit/pending-mark.js';
import { pages } from '../../../src/base/paging.js';
import type { Engine, WalkedRow } from '../../../src/storage/engine.js';
import type { AnySpec } from '../../../src/storage/spec.js';
import type { Realm } from '../../../src/storage/store.js';
import { trailOf } from '../../support/audit.js';
import { engines, type OpenedEngine, times } from '../../storage/engines.js';
import { chainSpecs, partsOf, seal, signInOf } from './sealing.js';

/** The whole trail of a realm, as the database has it. */
interface Trail {
  readonly records: readonly WalkedRow[];
  readonly links: readonly WalkedRow[];
  readonly heads: readonly WalkedRow[];
}
type Kind = keyof Trail;

const SPECS = { records: auditRecords, links: auditLinks, heads: chainHeads } as const satisfies Record<Kind, AnySpec>;
const KINDS = ['records', 'links', 'heads'] as const;
const [IN_CHAIN, PENDING] = [8, 2];

/** What somebody does who can write anything to the database. `at` and the like choose a row, whatever their number is. */
type Tampering =
  | { readonly does: 'set'; readonly kind: Kind; readonly at: number; readonly field: number; readonly value: Json }
  | {
      readonly does: 'copy-field';
      readonly kind: Kind;
      readonly at: number;
      readonly from: number;
      readonly field: number;
    }
  | { readonly does: 'drop-field'; readonly kind: Kind; readonly at: number; readonly field: number }
  | { readonly does: 'add-field'; readonly kind: 'records' | 'links'; readonly at: number; readonly field: string }
  | { readonly does: 'remove'; readonly kind: Kind; readonly at: number; readonly many: number }
  | { readonly does: 'swap'; readonly kind: 'records' | 'links'; readonly at: number; readonly with: number }
  | { readonly does: 'insert'; readonly kind: 'records' | 'links'; readonly at: number; readonly id: string }
  | { readonly does: 'insert-both'; readonly at: number; readonly id: string; readonly sequence: number }
  | { readonly does: 'remove-both'; readonly at: number }
  | { readonly does: 'cut'; readonly many: number; readonly pendingAgain: boolean }
  | { readonly does: 'as-version-1'; readonly at: number };

const index = fc.nat({ max: 40 });
const kinds = fc.constantFrom(...KINDS);
const signedKinds = fc.constantFrom('records', 'links');
const value = fc.oneof(fc.string({ maxLength: 50 }), fc.integer(), fc.boolean(), fc.constant({ odd: 1 }));
const id = fc.stringMatching(/^[0-9a-f]{32}$/);

const tampering: fc.Arbitrary<Tampering> = fc.oneof(
  fc.record({ does: fc.constant('set'), kind: kinds, at: index, field: index, value }),
  fc.record({ does: fc.constant('copy-field'), kind: kinds, at: index, from: index, field: index }),
  fc.record({ does: fc.constant('drop-field'), kind: kinds, at: index, field: index }),
  fc.record({
    does: fc.constant('add-field'),
    kind: signedKinds,
    at: index,
    field: fc.constantFrom('extra', 'expiresAt', 'pending', 'why'),
  }),
  fc.record({ does: fc.constant('remove'), kind: kinds, at: index, many: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ does: fc.constant('swap'), kind: signedKinds, at: index, with: index }),
  fc.record({ does: fc.constant('insert'), kind: signedKinds, at: index, id }),
  fc.record({ does: fc.constant('insert-both'), at: index, id, sequence: fc.integer({ min: -2, max: 12 }) }),
  fc.record({ does: fc.constant('remove-both'), at: index }),
  fc.record({ does: fc.constant('cut'), many: fc.integer({ min: 1, max: IN_CHAIN }), pendingAgain: fc.boolean() }),
  fc.record({ does: fc.constant('as-version-1'), at: index }),
);

const withDocument = (row: WalkedRow, document: JsonObject): WalkedRow => ({
  ...row,
  document: document as WalkedRow['document'],
});
const choose = <T>(from: readonly T[], at: number): T => from[at % from.length] as T;
const fieldsOf = (row: WalkedRow): string[] =>
  Object.keys(row.document)
    .filter((field) => field !== 'id')
    .sort();
const changed = (row: WalkedRow, fields: JsonObject): WalkedRow => withDocument(row, { ...row.document, ...fields });
/** No head, which has one place only. */
const bySequence = (rows: readonly WalkedRow[]) =>
  rows.toSorted((a, b) => Number(a.document['sequence']) - Number(b.document['sequence']));

function tampered(trail: Trail, what: Tampering): Trail {
  const exchange = (kind: Kind, at: number, make: (row: WalkedRow) => WalkedRow): Trail => {
    const chosen = choose(trail[kind], at);
    return { ...trail, [kind]: trail[kind].map((row) => (row === chosen ? make(row) : row)) };
  };
  switch (what.does) {
    case 'set':
      return exchange(what.kind, what.at, (row) => changed(row, { [choose(fieldsOf(row), what.field)]: what.value }));
    case 'copy-field': {
      const from = choose(trail[what.kind], what.from);
      const field = choose(fieldsOf(from), what.field);
      return exchange(what.kind, what.at, (row) => changed(row, { [field]: from.document[field] ?? '' }));
    }
    case 'drop-field':
      return exchange(what.kind, what.at, (row) => {
        const { [choose(fieldsOf(row), what.field)]: _dropped, ...rest } = row.document;
        return withDocument(row, rest);
      });
    case 'add-field':
      return exchange(what.kind, what.at, (row) =>
        changed(row, { [what.field]: what.field === 'expiresAt' ? 4e12 : what.field === 'pending' ? false : 'x' }),
      );
    case 'remove': {
      const from = what.at % trail[what.kind].length;
      return { ...trail, [what.kind]: trail[what.kind].toSpliced(from, what.many) };
    }
    case 'swap': {
      const [one, other] = [choose(trail[what.kind], what.at), choose(trail[what.kind], what.with)];
      const under = (row: WalkedRow, owner: WalkedRow) => changed(row, { id: owner.document.id });
      return {
        ...trail,
        [what.kind]: trail[what.kind].map((row) =>
          row === one ? under(other, one) : row === other ? under(one, other) : row,
        ),
      };
    }
    case 'insert':
      return {
        ...trail,
        [what.kind]: [...trail[what.kind], changed(choose(trail[what.kind], what.at), { id: what.id })],
      };
    case 'insert-both': {
      const { pending: _pending, ...record } = choose(trail.records, what.at).document;
      const link = choose(trail.links, what.at);
      return {
        ...trail,
        records: [...trail.records, { ...choose(trail.records, what.at), document: { ...record, id: what.id } }],
        links: [
          ...trail.links.filter(({ document }) => document['sequence'] !== what.sequence),
          changed(link, { id: what.id, sequence: what.sequence }),
        ],
      };
    }
    case 'remove-both': {
      const { id: removed } = choose(trail.links, what.at).document;
      const rest = (rows: readonly WalkedRow[]) => rows.filter(({ document }) => document.id !== removed);
      return { ...trail, records: rest(trail.records), links: rest(trail.links) };
    }
    case 'cut': {
      const ordered = bySequence(trail.links);
      const cut = new Set(ordered.slice(-what.many).map(({ document }) => document.id));
      const sequence = ordered.length - what.many;
      const hash = ordered[sequence]?.document['previous'] ?? '';
      const records = what.pendingAgain
        ? trail.records.map((row) => (cut.has(row.document.id) ? changed(row, { pending: true }) : row))
        : trail.records.filter(({ document }) => !cut.has(document.id));
      const heads = trail.heads.map((row) => changed(row, { sequence, hash }));
      return { records, links: ordered.slice(0, sequence), heads };
    }
    case 'as-version-1':
      return exchange('records', what.at, (row) => ({ ...row, shape: 1 }));
  }
}

/** Whether a pending record is gone: nothing proves those yet. */
const losesPending = (before: Trail, after: Trail): boolean =>
  before.records.some((row) => {
    const record = recordOfMark(row.document);
    return record !== undefined && !after.records.some(({ document }) => document.id === record);
  });

/** Whether each indexed field has its type. The strict tables of SQLite take nothing else from anybody, nor does the model. */
const fitsIndexes = (trail: Trail): boolean =>
  KINDS.every((kind) => {
    const indexed = Object.entries<string>(SPECS[kind].indexed);
    return trail[kind].every(({ document }) =>
      indexed.every(([field, type]) => document[field] === undefined || typeof document[field] === type),
    );
  });

/** A record with a mark may say itself that it waits, too: that means the same. */
const isMarked = (trail: Trail, id: string): boolean =>
  trail.records.some(({ document }) => recordOfMark(document) === id);

const contentOf = (trail: Trail) =>
  KINDS.map((kind) =>
    trail[kind]
      .map(({ document: { pending, ...document }, shape }) => {
        const saysMore = pending !== undefined && !(pending === true && isMarked(trail, document.id));
        const fields = Object.entries({ ...document, ...(saysMore && { pending }) });
        return JSON.stringify([shape, fields.sort(([a], [b]) => (a < b ? -1 : 1))]);
      })
      .toSorted(),
  );

async function read(engine: Engine): Promise<Trail> {
  const of = async (spec: AnySpec): Promise<readonly WalkedRow[]> => {
    const rows: WalkedRow[] = [];
    for await (const page of pages((request) => engine.walk(spec, request))) rows.push(...page);
    return rows;
  };
  return { records: await of(auditRecords), links: await of(auditLinks), heads: await of(chainHeads) };
}

async function write(engine: Engine, trail: Trail): Promise<void> {
  const before = await read(engine);
  for (const kind of KINDS) {
    await engine.discard(
      SPECS[kind],
      before[kind].map(({ realm, document }) => ({ realm, id: document.id })),
    );
    await engine.adopt(SPECS[kind], trail[kind]);
  }
}

describe.each(engines)('an audit trail on the %s store', (name, open) => {
  let opened: OpenedEngine;
  let realm: Realm;
  let untouched: Trail;
  let checkpoint: ChainEnd | undefined;
  beforeAll(async () => {
    opened = await open(chainSpecs);
    realm = opened.store.in('r');
    for (const n of times(IN_CHAIN, (i) => i)) await trailOf(realm).record(signInOf(n));
    checkpoint = (await seal(opened.store, realm)).ends.at(-1);
    for (const n of times(PENDING, (i) => i)) await trailOf(realm).record(signInOf(n));
    untouched = await read(opened.engine);
    expect(untouched.records).toHaveLength(IN_CHAIN + 2 * PENDING);
  });
  afterAll(() => opened.close());

  async function findings(): Promise<number> {
    const whole = await verifyTrail(partsOf(realm));
    const since = await verifyTrail(partsOf(realm), { since: checkpoint });
    return whole.findings.count + since.findings.count;
  }

  test('verifies as long as nobody writes to the database but Gatehouse', async () => {
    expect(untouched.links).toHaveLength(IN_CHAIN);
    expect(await findings()).toBe(0);
    await write(opened.engine, untouched);
    expect(await findings()).toBe(0);
  });

  test('does not once somebody else wrote to it, whatever it was', async () => {
    const does = async (what: Tampering): Promise<void> => {
      const after = tampered(untouched, what);
      fc.pre(JSON.stringify(contentOf(after)) !== JSON.stringify(contentOf(untouched)));
      fc.pre(!losesPending(untouched, after));
      fc.pre(name === 'mongodb' || fitsIndexes(after));
      await write(opened.engine, after);
      expect(await findings()).toBeGreaterThan(0);
    };
    await fc.assert(fc.asyncProperty(tampering, does), { numRuns: RUNS });
    await write(opened.engine, untouched);
    expect(await findings()).toBe(0);
  }, 120_000);
});

const RUNS = Number(process.env['TAMPERING_RUNS'] ?? 120);
