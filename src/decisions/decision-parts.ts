import type { Snapshots } from '../access/evaluation/snapshot.js';
import type { AuditAggregator } from '../audit/aggregate/aggregator.js';
import type { Counting } from './events.js';
import type { MakePairwise, OpenPairwise } from './named.js';
import type { SearchSources } from './search.js';

/** The services that the operations use. */
export interface DecisionParts {
  /** The issuer, without a trailing slash. */
  readonly issuer: string;
  readonly snapshots: Pick<Snapshots, 'read'>;
  readonly sources: Omit<SearchSources, 'idOf' | 'nameOf'>;
  readonly openPairwise: OpenPairwise;
  readonly makePairwise: MakePairwise;
  readonly count: Counting['count'];
  /** Counts decisions for the audit trail. */
  readonly aggregator: Pick<AuditAggregator, 'count'>;
}
