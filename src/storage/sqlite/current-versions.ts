import type { Instant } from '../../base/clock.js';
import type { EngineReference } from '../engine.js';
import type { CurrentVersion } from '../revision.js';
import type { AnySpec } from '../spec.js';
import { idIndexOf, incarnationOf, tableOf } from './layout.js';
import type { RowValues, Statement, Value } from './writer.js';

/** The most documents of one statement. It stays prepared, so long lists would use up memory. */
const MOST = 16;

export interface VersionsStatement extends Statement {
  /** The places of the statement's references in the whole list. */
  readonly places: readonly number[];
}

/** Statements that read the versions of these documents. Sorted by kind, so that the same kinds are the same statement. */
export function versionStatements(references: readonly EngineReference[], now: Instant): readonly VersionsStatement[] {
  const sorted = references
    .map((reference, place) => ({ ...reference, place }))
    .sort((a, b) => (a.at.spec.name < b.at.spec.name ? -1 : a.at.spec.name > b.at.spec.name ? 1 : 0));
  const statements: VersionsStatement[] = [];
  for (let start = 0; start < sorted.length; start += MOST) {
    const some = sorted.slice(start, start + MOST);
    statements.push({
      sql: some.map(({ at }, i) => `SELECT ${i} AS i, ${versionSql(at.spec)}`).join(' UNION ALL '),
      values: some.flatMap(({ at, id }): Value[] => [at.realm, id, now]),
      places: some.map(({ place }) => place),
    });
  }
  return statements;
}

export const currentVersion = ({ version, incarnation, expires_at: expiresAt }: RowValues): CurrentVersion => ({
  version: version as number,
  ...incarnationOf(incarnation),
  ...(typeof expiresAt === 'number' && { expiresAt }),
});

const versionSqls = new WeakMap<AnySpec, string>();
function versionSql(spec: AnySpec): string {
  const known = versionSqls.get(spec);
  if (known !== undefined) return known;
  const sql =
    `version, incarnation, expires_at FROM ${tableOf(spec)} INDEXED BY ${idIndexOf(spec)} ` +
    'WHERE realm = ? AND id = ? AND (expires_at IS NULL OR expires_at > ?)';
  versionSqls.set(spec, sql);
  return sql;
}
