import type { SyncReport } from '../../federation/sync/runs/sync-report.js';
import type { RunResult } from '../../federation/sync/runs/synchronize.js';
import type { PersonDiff, SyncDiff } from '../../federation/sync/sync-diff.js';
import type { AppliedRun } from '../../federation/sync/sync-run.js';
import { stopReasonText, syncScopeText } from '../../sentences/describe-sync.js';
import { moment } from '../../base/text/moment.js';
import { columns } from '../output/table.js';
import { oneLine } from './test-lines.js';
import { countText, numbered, reportJson } from './sync-report-text.js';

type EndedResult = Extract<RunResult, { kind: 'ended' }>;

/** All that would end a line or leave its column. Spaces stay: they align tables. */
const OTHER_SPACES = /[^\S ]+/g;
/** How many people of each kind are listed. */
const LISTED = 50;

/** What a run did, or a preview found. Values come from the directory, so each line is made one. */
export function syncLines({ report, diff, applied }: EndedResult): string[] {
  const isListed = diff !== undefined && (report.mode === 'preview' || (report.outcome === 'stopped' && diff.isFull));
  return [
    headLine(report),
    ...countLines(report),
    ...(isListed ? diffLines(diff) : []),
    ...(applied ? collisionLines(applied) : []),
    ...stopLines(report),
    ...(report.mode === 'preview' || report.outcome === 'stopped' ? ['Nothing was changed.'] : []),
  ].map((line) => line.replace(OTHER_SPACES, ' '));
}

/** The same as JSON, with at most 2,000 people of the diff. Digests are left out: the hash stands for all of them. */
export function syncJson({ report, diff, applied }: EndedResult): object {
  return {
    report: reportJson(report),
    ...(diff && { diff: diffJson(diff) }),
    ...(applied && { collided: applied.collided }),
  };
}

function diffJson({ isFull, people, scopes, emptied, isOtherScope, renamedGroups, counts, hash }: SyncDiff): object {
  return {
    ...{ isFull, hash, counts, scopes, emptied, isOtherScope, renamedGroups },
    people: people.map(({ digest: _digest, ...person }) => person),
  };
}

function headLine({ connector, mode, outcome, reason }: SyncReport): string {
  const what = mode === 'preview' ? `Preview of a synchronization of ${connector}` : `Synchronization of ${connector}`;
  switch (outcome) {
    case 'done':
      return mode === 'preview' ? `${what}: it would make these changes.` : `${what}: done (${mode}).`;
    case 'nothing':
      return `${what}: everything is up to date.`;
    case 'stopped':
      return mode === 'preview' ? `${what}: it would stop.` : `${what}: stopped (${mode}).`;
    case 'partial':
      return `${what}: not everything could be read (${reason ?? ''}), so nobody counts as gone.`;
    case 'failed':
      return `${what}: failed (${reason ?? ''}).`;
  }
}

function countLines(report: SyncReport): string[] {
  const text = countText(report);
  return text === '' ? [] : [`People: ${text}.`];
}

const KINDS = [
  ['new', 'New'],
  ['joined', 'Joined to an account'],
  ['changed', 'Changed'],
  ['collided', 'Collided: nothing of them changes'],
] as const satisfies readonly (readonly [PersonDiff['kind'], string])[];

function diffLines(diff: SyncDiff): string[] {
  const { people, counts, renamedGroups, scopes } = diff;
  const kinds = KINDS.flatMap(([kind, heading]) => {
    if (counts[kind] === 0) return [];
    const some = people
      .filter((person) => person.kind === kind)
      .sort(bySeverity)
      .slice(0, LISTED);
    const more = counts[kind] - some.length;
    return [
      '',
      `${heading} (${numbered(counts[kind])}):`,
      ...some.map((person) => `  ${personText(person)}`),
      ...(more > 0 ? [`  and ${numbered(more)} more`] : []),
    ];
  });
  const renamed = renamedGroups.slice(0, LISTED).map(({ from, to }) => `  ${from} -> ${to}`);
  const more = renamedGroups.length - renamed.length;
  const losing = scopes.filter(({ losses }) => Object.values(losses).some((lost: number) => lost > 0));
  const rows = losing.map(({ scope, of, losses: { gone, disabled, membershipsLost, fieldsEmptied } }) => [
    oneLine(syncScopeText(scope, 'en')),
    ...[of, gone, disabled, membershipsLost, fieldsEmptied].map(numbered),
  ]);
  return [
    ...kinds,
    ...(renamed.length === 0 ? [] : ['', 'Mirrored groups that get another name:', ...renamed]),
    ...(more > 0 ? [`  and ${numbered(more)} more`] : []),
    ...(rows.length === 0 ? [] : ['', ...columns([SCOPE_HEADER, ...rows.slice(0, LISTED)])]),
    ...(rows.length > LISTED ? [`and ${numbered(rows.length - LISTED)} more`] : []),
    '',
  ];
}

const SCOPE_HEADER = ['LOSSES IN', 'PEOPLE', 'GONE', 'DISABLED', 'ROLES AND GROUPS', 'FIELDS'];

/** Those whose standing changes come first. */
const bySeverity = (one: PersonDiff, other: PersonDiff): number =>
  Number(one.standing === undefined) - Number(other.standing === undefined);

function personText({ username, formerSubject, standing, reason, fields, gained, lost }: PersonDiff): string {
  const [emptied, changed] = [true, false].map((isEmptied) =>
    fields.filter((field) => field.isEmptied === isEmptied).map(({ field }) => field),
  );
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['', standing === undefined ? [] : [standing]],
    ['', formerSubject === undefined ? [] : ['another id']],
    ['', reason === undefined ? [] : [reason]],
    ['loses ', lost],
    ['empties ', emptied ?? []],
    ['gains ', gained],
    ['sets ', changed ?? []],
  ];
  const said = parts.flatMap(([verb, things]) => (things.length === 0 ? [] : [`${verb}${things.join(', ')}`]));
  return said.length === 0 ? username : `${username}: ${said.join('; ')}`;
}

const collisionLines = ({ collided }: AppliedRun): string[] => [
  ...(collided.length === 0 ? [] : ['Not everything could be changed of:']),
  ...collided.slice(0, LISTED).map(({ username, reason }) => `  ${username}: ${reason}`),
];

function stopLines({ connector, stops, moreStops, hash, approvableUntil }: SyncReport): string[] {
  if (stops.length === 0) return [];
  return [
    'It stops because:',
    ...stops.map((reason) => `  ${stopReasonText(reason, 'en')}`),
    ...(moreStops > 0 ? [`  and ${numbered(moreStops)} more reasons`] : []),
    ...(approvableUntil === undefined || hash === undefined
      ? [`To see the changes: gatehouse connector sync ${connector} --preview`]
      : [`To make exactly these changes, until ${moment(approvableUntil)}:`, approvalOf(connector, hash)]),
  ];
}

/** A hash may begin with a hyphen. */
const approvalOf = (connector: string, hash: string): string =>
  `  gatehouse connector sync ${connector} --approve=${hash}`;
