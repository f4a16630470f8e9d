import { expect } from '@jest/globals';
import type { Json } from '../../src/base/json.js';
import type { Cursor } from '../../src/base/paging.js';
import type { AnyCondition } from '../../src/storage/condition.js';
import type {
  Engine,
  EngineDocument,
  EngineOutcome,
  EngineQuery,
  EngineWrite,
  KnownDocument,
  Place,
  RevalidatedRow,
  Row,
} from '../../src/storage/engine.js';
import type { CurrentVersion } from '../../src/storage/revision.js';
import type { StoreRefusal } from '../../src/storage/refusal.js';

interface Kept {
  readonly spec: string;
  readonly realm: string;
  readonly shape: number;
  readonly version: number;
  readonly incarnation?: number;
  readonly document: EngineDocument;
}

/** The engine contract said as plainly as can be, over one array: what the real ones are measured against. */
export function modelEngine(): Engine {
  let rows: readonly Kept[] = [];
  let writes = 0;

  const isLive = ({ document }: Kept, now: number) => document.expiresAt === undefined || document.expiresAt > now;
  const isOf = ({ spec, realm }: Place, row: Kept) => row.spec === spec.name && row.realm === realm;
  const live = (at: Place, id: string, now: number) =>
    rows.find((row) => isOf(at, row) && row.document.id === id && isLive(row, now));
  const rowOf = (kept: Kept): Row => ({
    document: structuredClone(kept.document),
    version: kept.version,
    shape: kept.shape,
  });

  const currentVersionOf = ({ version, incarnation, document: { expiresAt } }: Kept): CurrentVersion => ({
    version,
    ...(incarnation !== undefined && { incarnation }),
    ...(expiresAt !== undefined && { expiresAt }),
  });

  function without(at: Place, id: string): void {
    rows = rows.filter((row) => !(isOf(at, row) && row.document.id === id));
  }
  function keep(at: Place, document: EngineDocument, version: number): number {
    keepRow(at, { version, document, shape: at.spec.version, incarnation: ++writes });
    return version;
  }
  function keepRow(at: Place, row: Omit<Kept, 'spec' | 'realm'>): void {
    without(at, row.document.id);
    rows = [...rows, { ...row, spec: at.spec.name, realm: at.realm, document: structuredClone(row.document) }];
  }

  function conflict(at: Place, document: EngineDocument, now: number): StoreRefusal | undefined {
    for (const [key, fields] of Object.entries(at.spec.unique)) {
      if (fields.some((field) => document[field] === undefined)) continue;
      const holder = rows.find(
        (row) =>
          isOf(at, row) &&
          row.document.id !== document.id &&
          fields.every((field) => row.document[field] === document[field]),
      );
      if (holder && isLive(holder, now)) return { code: 'conflict', key };
      if (holder) without(at, holder.document.id);
    }
    return undefined;
  }

  function write(one: EngineWrite, now: number): number | StoreRefusal {
    const { at } = one;
    const id = 'document' in one ? one.document.id : one.id;
    const before = live(at, id, now);
    switch (one.kind) {
      case 'insert':
        if (before) return { code: 'conflict', key: 'id' };
        return conflict(at, one.document, now) ?? keep(at, one.document, 1);
      case 'put':
        return conflict(at, one.document, now) ?? keep(at, one.document, (before?.version ?? 0) + 1);
      case 'replace': {
        const found = one.expired ? rows.find((row) => isOf(at, row) && row.document.id === id) : before;
        if (!found) return { code: 'missing' };
        if (found.version !== one.expected) return { code: 'changed' };
        return conflict(at, one.document, now) ?? keep(at, one.document, one.expected + 1);
      }
      case 'remove':
      case 'require':
        if (!before) return { code: 'missing' };
        if (one.expected !== undefined && before.version !== one.expected) return { code: 'changed' };
        if (!holds(one.condition, before.document)) return { code: 'condition' };
        if (one.kind === 'remove') without(at, id);
        return 0;
    }
  }

  function select(at: Place, query: EngineQuery, now: number): Kept[] {
    const declared = at.spec.queries[query.name] ?? {};
    const { order } = declared;
    const sign = declared.direction === 'descending' ? -1 : 1;
    return rows
      .filter(({ document }) => order === undefined || document[order] !== undefined)
      .filter((row) => isOf(at, row) && isLive(row, now))
      .filter(({ document }) => (declared.equal ?? []).every((field, i) => document[field] === query.equal[i]))
      .filter(({ document }) => query.contains === undefined || contains(document[declared.contains ?? ''], query))
      .filter(({ document }) => inRange(document[order ?? ''], query))
      .sort((a, b) => {
        const byOrder = order === undefined ? 0 : compare(a.document[order], b.document[order]);
        return sign * (byOrder || compare(a.document.id, b.document.id));
      });
  }

  function changed(row: Kept | undefined, known: KnownDocument | undefined): RevalidatedRow {
    if (!row) return undefined;
    const { incarnation, version } = row;
    if (incarnation === undefined) return rowOf(row);
    const isKnown = row.document.id === known?.id && version === known.version && incarnation === known.incarnation;
    return isKnown ? 'unchanged' : { ...rowOf(row), incarnation };
  }

  const engine: Engine = {
    patience: 5000,
    hasCheapCommits: true,
    prepare: async () => undefined,
    tidy: async (_specs, now, under) => typeof write(under, now) !== 'object',
    async get(at, id, now) {
      const found = live(at, id, now);
      return found && rowOf(found);
    },
    currentVersions: async (references, now) =>
      references.map(({ at, id }) => {
        const found = live(at, id, now);
        return found && currentVersionOf(found);
      }),
    async getMany(at, ids, now) {
      return rows.filter((row) => isOf(at, row) && isLive(row, now) && ids.includes(row.document.id)).map(rowOf);
    },
    async findOne(at, key, values, now) {
      const fields = at.spec.unique[key] ?? [];
      const holds = (row: Kept) => fields.every((field, i) => row.document[field] === values[i]);
      const found = rows.find((row) => isOf(at, row) && isLive(row, now) && holds(row));
      return found && rowOf(found);
    },
    getIfChanged: async (at, id, known, now) => changed(live(at, id, now), known),
    async findOneIfChanged(at, key, values, known, now) {
      const found = await engine.findOne(at, key, values, now);
      return found && changed(live(at, found.document.id, now), known);
    },
    async find(at, find, now) {
      const { order, direction } = at.spec.queries[find.name] ?? {};
      const sign = direction === 'descending' ? -1 : 1;
      const { after } = find;
      return select(at, find, now)
        .filter(({ document }) => {
          if (!after) return true;
          const byOrder = order === undefined ? 0 : compare(document[order], after.order);
          return sign * (byOrder || compare(document.id, after.id)) > 0;
        })
        .slice(0, find.limit)
        .map(rowOf);
    },
    count: async (at, query, limit, now) => Math.min(select(at, query, now).length, limit),
    async write(writes, now): Promise<EngineOutcome> {
      const before = rows;
      const versions: number[] = [];
      for (const [at, one] of writes.entries()) {
        const done = write(one, now);
        if (typeof done === 'object') {
          rows = before;
          return { ok: false, write: at, refusal: done };
        }
        versions.push(done);
      }
      return { ok: true, versions };
    },
    async increment(at, fresh, field, by, now) {
      const before = live(at, fresh.id, now);
      const sum = Number(before?.document[field] ?? 0) + by;
      const document = before ? { ...before.document, [field]: sum } : fresh;
      return { document, version: keep(at, document, (before?.version ?? 0) + 1), shape: at.spec.version };
    },
    async take(at, id, condition, now) {
      const found = live(at, id, now);
      if (!found || !holds(condition, found.document)) return undefined;
      without(at, id);
      return rowOf(found);
    },
    async removeWhere(at, query, limit, now) {
      const gone = select(at, query, now).slice(0, limit);
      rows = rows.filter((row) => !gone.includes(row));
      return gone.length;
    },
    async sweep(limit, now, under) {
      if (typeof write(under, now) === 'object') return undefined;
      const gone: Kept[] = [];
      for (const spec of new Set(rows.map((row) => row.spec))) {
        const expired = rows.filter((row) => row.spec === spec && !isLive(row, now));
        gone.push(...expired.slice(0, limit));
      }
      rows = rows.filter((row) => !gone.includes(row));
      return gone.length;
    },
    async walk(spec, { limit, after, below }) {
      const place = ({ realm, document }: Kept) => JSON.stringify([realm, document.id]);
      const found = rows
        .filter((row) => row.spec === spec.name && (below === undefined || row.shape < below))
        .filter((row) => after === undefined || compare(place(row), after) > 0)
        .sort((a, b) => compare(place(a), place(b)))
        .slice(0, limit);
      const last = found.at(-1);
      return {
        rows: found.map((row) => ({
          ...rowOf(row),
          realm: row.realm,
          ...(row.incarnation !== undefined && { incarnation: row.incarnation }),
        })),
        ...(last && found.length === limit && { next: place(last) as Cursor }),
      };
    },
    async adopt(spec, adopted) {
      let written = 0;
      for (const { realm, ...row } of adopted) {
        const { document } = row;
        const at = { spec, realm };
        const existing = rows.find((row) => isOf(at, row) && row.document.id === document.id);
        const same = (a: Kept) => JSON.stringify([a.shape, a.version, a.incarnation, a.document]);
        if (existing && same(existing) === same({ ...row, spec: spec.name, realm })) continue;
        for (const fields of Object.values(spec.unique)) {
          const shares = (row: Kept) =>
            fields.every((f) => document[f] !== undefined && row.document[f] === document[f]);
          rows = rows.filter((row) => !(isOf(at, row) && shares(row)));
        }
        keepRow(at, row);
        written++;
      }
      return written;
    },
    async exchange(spec, changes) {
      let done = 0;
      for (const { row, document } of changes) {
        const existing = rows.find(
          (each) => isOf({ spec, realm: row.realm }, each) && each.document.id === document.id,
        );
        if (existing?.version !== row.version || JSON.stringify(existing.document) !== JSON.stringify(row.document))
          continue;
        rows = rows.map((each) => (each === existing ? { ...each, document } : each));
        done++;
      }
      return done;
    },
    async discard(spec, keys) {
      for (const { realm, id } of keys) without({ spec, realm }, id);
    },
    kinds: async () => [...new Set(rows.map(({ spec }) => spec))],
    ping: async () => undefined,
    close: async () => undefined,
  };
  return engine;
}

const contains = (array: Json | undefined, { contains: element }: EngineQuery): boolean =>
  Array.isArray(array) && array.includes(element ?? '');

function inRange(value: Json | undefined, { range }: EngineQuery): boolean {
  const from = range?.from && compare(value, range.from.value);
  const to = range?.to && compare(value, range.to.value);
  return (
    (from === undefined || from > 0 || (from === 0 && range?.from?.inclusive === true)) &&
    (to === undefined || to < 0 || (to === 0 && range?.to?.inclusive === true))
  );
}

function holds(condition: AnyCondition, document: EngineDocument): boolean {
  return Object.entries(condition).every(([field, wanted]) => {
    const value = document[field];
    if ('absent' in wanted) return value === undefined;
    if ('is' in wanted) return value === wanted.is;
    if ('in' in wanted) return value !== undefined && wanted.in.includes(value);
    return Object.entries(wanted as Record<string, Json>).every(([bound, limit]) => {
      if (typeof value !== typeof limit) return false;
      const order = compare(value, limit);
      return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[bound];
    });
  });
}

/** Numbers by size, strings by UTF-8 bytes. */
function compare(a: Json | undefined, b: Json | undefined): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  expect([typeof a, typeof b]).toEqual(['number', 'number']);
  return Number(a) - Number(b);
}
