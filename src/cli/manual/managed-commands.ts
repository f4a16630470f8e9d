import type { CommandHelp } from './command-help.js';

export const JSON_OPTION = { '--json': 'Print JSON' };

export const FIELD_OPTIONS = {
  '--set': 'FIELD=VALUE, the value as JSON or plain text; null removes the field; may be repeated',
  '--stdin': 'Read a JSON object of fields from the input',
};

/**
 * The commands that create, change and remove objects of one kind. @param references the kinds of references to an object in
 * use
 */
export function managed(kind: string, takes: string, thing: string, references: string): readonly CommandHelp[] {
  const rename: CommandHelp = {
    name: `${kind} rename`,
    changes: true,
    takes: `${takes} NEW-NAME [--json]`,
    summary: `Give ${thing} another name`,
    ...(kind === 'client' && {
      about: ['What refers to the client names the new id from then on. What was issued to the old id ends.'],
    }),
    options: JSON_OPTION,
  };
  return [
    {
      name: `${kind} create`,
      changes: true,
      takes: `${takes} [OPTIONS]`,
      summary: `Create ${thing}`,
      options: { ...FIELD_OPTIONS, ...JSON_OPTION },
    },
    {
      name: `${kind} edit`,
      changes: true,
      takes: `${takes} [OPTIONS]`,
      summary: `Change fields of ${thing}; the others stay`,
      options: {
        ...FIELD_OPTIONS,
        ...(kind === 'resource-server' && {
          '--cascade': 'Also remove assignments and policies of permissions that are removed',
          '--yes': 'Needed with --cascade',
        }),
        ...JSON_OPTION,
      },
    },
    ...(kind === 'resource-server' ? [] : [rename]),
    {
      name: `${kind} delete`,
      changes: true,
      takes: `${takes} [--cascade --yes] [--json]`,
      summary: `Delete ${thing}, unless it is in use`,
      about: [`${references} refer to it.`, 'Ends with 1 and lists them if it is in use.'],
      options: {
        '--cascade': 'Also remove what refers to it',
        '--yes': 'Needed with --cascade; without it the command only says what would be removed',
        ...JSON_OPTION,
      },
    },
  ];
}
