import type { CommandHelp } from './command-help.js';

/** Commands that read and verify the audit trail. */
export const AUDIT_COMMANDS: readonly CommandHelp[] = [
  {
    name: 'audit verify',
    takes: '[--since CHECKPOINT] [--checkpoint]',
    summary: 'Verify that nobody changed the audit trail',
    about: [
      'Names what is missing, rewritten or inserted, and how many records are not in the chain yet.',
      'Ends with 0 if nothing is wrong, with 1 otherwise. Reads every record: takes minutes for a million.',
    ],
    options: {
      '--since': 'Verify only the links after a checkpoint, and that the chain still contains the checkpoint',
      '--checkpoint': 'Print only the checkpoint of the verified chain, to be stored outside of the database',
    },
  },
];
