import type { Parts } from '../../app/parts.js';
import type { ConnectorView } from '../../federation/connectors/connector-service.js';
import type { SyncReport } from '../../federation/sync/runs/sync-report.js';
import { moment } from '../../base/text/moment.js';
import { printList } from '../manage/output.js';
import type { Output } from '../output/output.js';
import { countText, reportJson } from './sync-report-text.js';

/** The reports of a connector's synchronizations, newest first. */
export const showHistory = (
  connector: ConnectorView,
  json: boolean,
  { synchronization }: Pick<Parts, 'synchronization'>,
  out: Output,
): Promise<void> =>
  printList(
    (page) => synchronization.reports.list(connector, page),
    { header: HEADER, row, ...(json && { json: reportJson }) },
    out,
  );

const HEADER = ['ENDED', 'MODE', 'BY', 'OUTCOME', 'PEOPLE'];

const row = (report: SyncReport): readonly string[] => [
  moment(report.endedAt),
  report.mode,
  report.by.kind === 'system' ? 'schedule' : `${report.by.kind} ${report.by.id}`,
  outcomeText(report),
  countText(report) || '-',
];

function outcomeText({ outcome, reason, repeated }: SyncReport): string {
  const said = reason === undefined ? outcome : `${outcome} (${reason})`;
  return repeated ? `${said}, ${repeated.times} times since ${moment(repeated.since)}` : said;
}
