import { effectLines } from '../../access/administration/effect-lines.js';
import type { Preview } from '../../access/administration/preview.js';
import { assignmentSentence } from './describe-assignment.js';
import type { UnrecognizedPeople } from '../check/unrecognized-people.js';
import type { PlannedChange, Note, Operation, Thing } from '../plan/operation.js';
import type { Plan } from '../plan/plan.js';

const THINGS: Readonly<Record<Thing, string>> = {
  settings: 'Settings',
  'resource-server': 'Resource server',
  role: 'Role',
  group: 'Group',
  connector: 'Connector',
  client: 'Client',
  user: 'User',
};

const titleOf = ({ thing, name }: { readonly thing: Thing; readonly name: string }): string =>
  thing === 'settings' ? THINGS.settings : `${THINGS[thing]} ${name}`;

/** The changes of an operation, one sentence each. */
export const operationLines = (operation: Operation): string[] =>
  operation.changes.map((change) => `${titleOf(operation)}${changeText(change)}`);

function changeText(change: PlannedChange): string {
  switch (change.what) {
    case 'created':
      return ' created.';
    case 'renamed':
      return ` renamed, from ${change.from}.`;
    case 'permission-renamed':
      return `: permission ${change.to} renamed, from ${change.from}.`;
    case 'field': {
      const parts = [
        ...(change.added ? [`added ${change.added.join(', ')}`] : []),
        ...(change.removed ? [`removed ${change.removed.join(', ')}`] : []),
      ];
      return `: ${change.field} changed${parts.length === 0 ? '' : ` (${parts.join('; ')})`}.`;
    }
    case 'secrets':
      return ': secret set.';
    case 'password':
      return ': first password set.';
    case 'assigned':
      return `: ${assignmentSentence(change.assignment)} added.`;
    case 'taken':
      return `: ${assignmentSentence(change.assignment)} removed.`;
    case 'adopted':
      return `: ${assignmentSentence(change.assignment)} is kept by this file from now on; ${change.assignment.grantedBy} had given it.`;
  }
}

const besidesText = (note: Note): string => `${titleOf(note)}${note.message === undefined ? '.' : ` ${note.message}`}`;

/** Lines about everything that the run leaves alone: ignored parts of the file, and objects that the file does not name. */
export const leftLines = ({ ignored, notInFile }: Plan): string[] => [
  ...ignored.map((note) => `Ignored: ${titleOf(note)}: ${note.message ?? ''}`),
  ...notInFile.map((note) => `Not in the file: ${besidesText(note)}`),
];

/** One line for each gain and loss. */
function previewLines({ effects, looked, more }: Preview): string[] {
  const lines = effects.flatMap(effectLines);
  return [
    ...(lines.length === 0 ? ['Nobody who is there would gain or lose anything.'] : lines),
    ...(more ? [`These are the first ${effects.length} who would gain or lose something; there are more.`] : []),
    `Looked at everybody whom it may concern: ${looked} users and clients.`,
  ];
}

/** Who may not be recognized after a change of a connector, and what to do. */
export const unrecognizedLines = (people: readonly UnrecognizedPeople[]): string[] =>
  people.map(({ connector, fields, linked, more }) => {
    const number = linked === 1 && !more ? '1 person is' : `${more ? 'more than ' : ''}${linked} people are`;
    return (
      `Connector ${connector}: ${number} linked, and ${fields.join(' and ')} would change. The provider may then know them by other ids, and ` +
      `they would not be recognized. Keep the setting; or ask the provider for the new ids first, and link them with ` +
      `\`gatehouse connector link-users ${connector}\`.`
    );
  });

/** A plan and its effects as text, before it is applied. */
export const describe = (plan: Plan, effects: Preview, unrecognized: readonly UnrecognizedPeople[] = []): string[] =>
  plan.operations.length === 0
    ? ['Nothing would be changed.', ...leftLines(plan)]
    : [
        ...plan.operations.flatMap(operationLines),
        ...leftLines(plan),
        ...previewLines(effects),
        ...unrecognizedLines(unrecognized).map((line) => `Warning: ${line}`),
        'Nothing was changed.',
      ];

/** The same as JSON. */
export function describeJson(plan: Plan, effects?: Preview, unrecognized?: readonly UnrecognizedPeople[]) {
  return {
    file: plan.source.id,
    operations: plan.operations
      .filter(({ changes }) => changes.length > 0)
      .map(({ thing, name, step, changes }) => ({ thing, name, step, changes })),
    ignored: plan.ignored,
    notInFile: plan.notInFile,
    ...(effects && { effects: effects.effects, moreEffects: effects.more }),
    ...(unrecognized && { unrecognized }),
  };
}
