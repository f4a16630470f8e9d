import type { Assignment } from '../../base/assignment.js';
import type { Instant } from '../../base/clock.js';
import type { Confirmation } from '../../base/confirmation.js';

/** What decides how long a connector's mapping gives access. */
export interface ConnectorStanding {
  /** A disabled connector suspends the access that it gave. */
  readonly enabled: boolean;
  /** Milliseconds for which access lasts after the last confirmation. */
  readonly accessLasts: number;
  /** The start of the last complete synchronization: it confirmed everyone who is still in it. */
  readonly lastFullRunAt?: Instant;
}

/** By connector id. */
export type ConnectorStandings = ReadonlyMap<string, ConnectorStanding>;

/**
 * The assignments with the end that their connector gives them: what a mapping gave ends a time after its last confirmation, and at
 * once if the connector is disabled or removed. An end of their own stays if it is earlier. Pure, and the same array if no
 * connector maintains any of them.
 */
export function confirmedAssignments(
  assignments: readonly Assignment[],
  confirmations: readonly Confirmation[] | undefined,
  connectors: ConnectorStandings,
): readonly Assignment[] {
  if (!assignments.some(({ source }) => source?.kind === 'connector')) return assignments;
  return assignments.map((assignment) => {
    const { source } = assignment;
    if (source?.kind !== 'connector') return assignment;
    const end = endOf(
      connectors.get(source.id),
      confirmations?.find(({ connector }) => connector === source.id),
    );
    return { ...assignment, validUntil: Math.min(assignment.validUntil ?? Infinity, end) };
  });
}

/** The beginning of time: it has ended whenever it is asked about. */
const ENDED = 0;

function endOf(connector: ConnectorStanding | undefined, confirmation: Confirmation | undefined): Instant {
  if (connector?.enabled !== true) return ENDED;
  const last = confirmation && Math.max(confirmation.at, connector.lastFullRunAt ?? 0);
  return last === undefined ? ENDED : last + connector.accessLasts;
}
