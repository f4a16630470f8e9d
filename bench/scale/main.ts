/**
 * scale: shows that no cost of a request grows with the number of users, and what one decision costs (`npm run scale`).
 *
 * Creates a small store and a large one, sends both the same requests in turn, and reports the ratio. Writes its results beside
 * this file and their tables into docs/performance.md. Never asserts speed.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MILLION } from '../../scripts/generate/sizes.ts';
import { decisions, FEW_DECISIONS, WHOLE_DECISIONS } from '../decision/decision.ts';
import { makePlace } from '../place.ts';
import { type AuditScale, auditScale, QUICK_AUDIT, WHOLE_AUDIT } from './audit.ts';
import { compare, QUICK_SCALE, WHOLE_SCALE } from './compare.ts';
import { auditTable, decisionTable, type ScaleResults, scaleTable, withTable } from './page.ts';
import { openScaleStore, type StoreKind } from './store.ts';

const USAGE = `npm run scale -- [--only sqlite|mongodb|audit|decisions] [--people N] [--folder FOLDER] [--quick] [--out FOLDER]
  --only    one of the four, instead of all
  --people  how many many are, users or audit records; ${MILLION.users} when absent
  --folder  where the SQLite stores and all keys are kept, and used again by the next run; else they go with the run
  --quick   once through everything: that it works, no figures
  --out     where the results go; bench/scale/, and docs/performance.md, when absent`;

const FEW = 1000;
/** The stores of a whole run are larger than what the tests' MongoDB keeps in memory. */
const CACHE_GIGABYTES = 2;
const page = join(import.meta.dirname, '../../docs/performance.md');
const say = (line: string): void => console.error(line);

type Only = StoreKind | 'audit' | 'decisions';
const STORES: readonly StoreKind[] = ['sqlite', 'mongodb'];
const ALL: readonly Only[] = [...STORES, 'audit', 'decisions'];

interface Asked {
  readonly only: readonly Only[];
  readonly people: number;
  readonly folder?: string;
  readonly quick: boolean;
  readonly out?: string;
}

/** Undefined for invalid arguments. */
function asked(): Asked | undefined {
  const text = { type: 'string' } as const;
  try {
    const options = { only: text, people: text, folder: text, out: text, quick: { type: 'boolean' } } as const;
    const { only, people = String(MILLION.users), folder, out, quick = false } = parseArgs({ options }).values;
    const chosen = ALL.filter((each) => only === undefined || each === only);
    if (chosen.length === 0 || !Number.isSafeInteger(Number(people)) || Number(people) <= FEW) return undefined;
    return { only: chosen, people: Number(people), quick, ...(folder && { folder }), ...(out && { out }) };
  } catch {
    return undefined;
  }
}

async function scaleOf(kind: StoreKind, { people, folder, quick }: Asked): Promise<ScaleResults> {
  const place = await makePlace({ cacheGigabytes: CACHE_GIGABYTES });
  try {
    const of = quick ? { groups: 100, roles: 50 } : { groups: MILLION.groups, roles: MILLION.roles };
    const where = { folder: folder ?? place.folder, place, kind };
    const few = await openScaleStore(where, { ...of, users: FEW }, say);
    try {
      const many = await openScaleStore(where, { ...of, users: people }, say);
      try {
        say(`${kind}: comparing`);
        const compared = await compare(few, many, quick ? QUICK_SCALE : WHOLE_SCALE);
        const { madeInSeconds } = many;
        return { few: FEW, many: people, ...of, ...(madeInSeconds !== undefined && { madeInSeconds }), compared };
      } finally {
        await many.end();
      }
    } finally {
      await few.end();
    }
  } finally {
    await place.end();
  }
}

async function run(wanted: Asked): Promise<void> {
  const out = wanted.out ?? import.meta.dirname;
  await mkdir(out, { recursive: true });
  for (const only of wanted.only) {
    let results: unknown;
    let table: string;
    if (only === 'decisions') {
      const decided = await decisions(wanted.quick ? FEW_DECISIONS : WHOLE_DECISIONS);
      [results, table] = [decided, decisionTable(decided)];
    } else if (only === 'audit') {
      const size = wanted.quick ? QUICK_AUDIT : WHOLE_AUDIT;
      const scaled: AuditScale[] = [];
      for (const kind of STORES) scaled.push(await auditScale(kind, { few: FEW, many: wanted.people, size }, say));
      [results, table] = [scaled, auditTable(scaled)];
    } else {
      const scaled = await scaleOf(only, wanted);
      [results, table] = [scaled, scaleTable(scaled)];
    }
    await writeFile(join(out, `${only}.json`), `${JSON.stringify(results, null, 2)}\n`);
    if (wanted.out === undefined) await writeFile(page, withTable(await readFile(page, 'utf8'), only, table));
    console.log(`${only}\n${table}\n`);
  }
}

const wanted = asked();
if (wanted) await run(wanted);
else {
  say(USAGE);
  process.exitCode = 2;
}
