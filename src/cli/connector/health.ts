import type { ConnectorStatus, HealthOfConnectors } from '../../federation/health/connector-health.js';
import type { HealthWarning } from '../../federation/health/health-warnings.js';
import { moment } from '../../base/text/moment.js';
import { printJson } from '../manage/output.js';
import type { Output } from '../output/output.js';
import { columns } from '../output/table.js';

/** Tests every enabled connector and shows what came of it. @returns false if one fails */
export async function showHealth(
  connectorHealth: Pick<HealthOfConnectors, 'check'>,
  json: boolean,
  out: Output,
): Promise<boolean> {
  const all = await connectorHealth.check();
  if (json) printJson(all.map(fieldsOf), out);
  else for (const line of columns([HEADER, ...all.map(row)])) out.line(line);
  return all.every(({ state }) => state !== 'failing');
}

const HEADER = ['CONNECTOR', 'STATE', 'LAST SUCCESS', 'LAST FAILURE', 'WARNINGS'];

const row = ({ id, state, lastSuccessAt, lastFailureAt, lastFailure, warnings }: ConnectorStatus): string[] => [
  id,
  state,
  lastSuccessAt === undefined ? '-' : moment(lastSuccessAt),
  lastFailureAt === undefined ? '-' : `${moment(lastFailureAt)} (${lastFailure ?? ''})`,
  warnings.map(warningText).join('; ') || '-',
];

function warningText(warning: HealthWarning): string {
  if (warning.of === 'synchronization') return `synchronization ${warning.outcome} ${moment(warning.at)}`;
  const { of, until, within } = warning;
  return within === 0 ? `${of} ended ${moment(until)}` : `${of} ends within ${daysText(within)}, ${moment(until)}`;
}

const daysText = (days: number): string => (days === 1 ? '1 day' : `${days} days`);

const fieldsOf = ({ lastSuccessAt, lastFailureAt, certificateUntil, warnings, ...status }: ConnectorStatus) => ({
  ...status,
  ...(lastSuccessAt !== undefined && { lastSuccessAt: moment(lastSuccessAt) }),
  ...(lastFailureAt !== undefined && { lastFailureAt: moment(lastFailureAt) }),
  ...(certificateUntil !== undefined && { certificateUntil: moment(certificateUntil) }),
  warnings: warnings.map((warning) =>
    warning.of === 'synchronization'
      ? { ...warning, at: moment(warning.at) }
      : { ...warning, until: moment(warning.until) },
  ),
});
