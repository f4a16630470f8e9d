/** The tables of docs/performance.md, from the files of results. */
import type { DecisionResult } from '../decision/decision.ts';
import type { AuditScale } from './audit.ts';
import type { Compared } from './compare.ts';

/** The results of a run on one store. */
export interface ScaleResults {
  readonly few: number;
  readonly many: number;
  readonly groups: number;
  readonly roles: number;
  /** The time to create the large store; absent if it existed. */
  readonly madeInSeconds?: number;
  readonly compared: readonly Compared[];
}

/** The limit that every ratio should stay below. */
const GOAL = 1.3;

const count = (people: number): string => people.toLocaleString('en-GB');

export function scaleTable({ few, many, compared }: ScaleResults): string {
  const rows = compared.map(({ what, few, many, ratio, noise }) => {
    const above = ratio >= GOAL ? ' (above the goal)' : '';
    return `| ${what} | ${few.toFixed(3)} | ${many.toFixed(3)} | ${ratio.toFixed(2)} ±${noise} %${above} |`;
  });
  return [`| | ms at ${count(few)} people | ms at ${count(many)} | ratio |`, '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

export const decisionTable = (results: readonly DecisionResult[]): string =>
  [
    '| | microseconds | slowest of a hundred |',
    '| --- | --- | --- |',
    ...results.map(({ question, median, p99 }) => `| ${question} | ${median.toFixed(1)} | ${p99.toFixed(1)} |`),
  ].join('\n');

/** Its own limit: see docs/performance.md. */
const AUDIT_GOAL = 1.5;

/** The searches of the audit trail on every store, in columns. */
export function auditTable(results: readonly AuditScale[]): string {
  const [first] = results;
  const heads = results.flatMap(({ store, few, many }) => [
    `${store}: ms at ${count(few)} records`,
    `ms at ${count(many)}`,
    'ratio',
  ]);
  const rows = (first?.compared ?? []).map(({ what }, i) => {
    const cells = results.flatMap(({ compared }) => {
      const row = compared[i];
      if (!row) return [];
      const above = row.ratio >= AUDIT_GOAL ? ' (above the goal)' : '';
      return [row.few.toFixed(2), row.many.toFixed(2), `${row.ratio.toFixed(2)} ±${row.noise} %${above}`];
    });
    return `| ${[what, ...cells].join(' | ')} |`;
  });
  const sizes = results.map(
    ({ store, bytesOfRecord }) =>
      `A record takes ${count(bytesOfRecord)} bytes on ${store}, with its link, terms and indexes.`,
  );
  return [
    `| ${['', ...heads].join(' | ')} |`,
    `| ${['---', ...heads.map(() => '---')].join(' | ')} |`,
    ...rows,
    '',
    ...sizes,
  ].join('\n');
}

/** The page with the marked table of this name replaced. @throws {Error} if there are no such marks */
export function withTable(page: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no place for ${name}.`);
  return `${page.slice(0, from + begin.length)}\n${table}\n${page.slice(to)}`;
}
