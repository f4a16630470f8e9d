import type { CommandHelp } from './command-help.js';
import { JSON_OPTION } from './managed-commands.js';

/** Commands that read and verify the audit trail. */
export const AUDIT_COMMANDS: readonly CommandHelp[] = [
  {
    name: 'audit list',
    takes: '[OPTIONS]',
    summary: 'List audit records, the latest first',
    about: [
      'WHO is a username or e-mail address of a user, or KIND:NAME: client:shop, role:seller, host:root, user:ID.',
      'Names and addresses are found exactly as a whole, once the record is in the chain: after about five seconds.',
      'A time is as in 2027-01-31T18:00:00+01:00.',
    ],
    options: {
      '--actor': 'WHO did it',
      '--subject': 'WHO or what it concerns',
      '--kind': 'A kind of record, as in docs/audit.md: user.changed, sign-in',
      '--client': 'The id of a client',
      '--address': 'The network address of the actor, or its network: 192.0.2.0/24, 2001:db8:7::/48',
      '--identifier': 'A username or e-mail address in the record, also one that no user has or had',
      '--outcome': 'success or failure',
      '--from': 'TIME of the earliest record',
      '--until': 'TIME before which the records are',
      '--limit': 'N: at most so many records, 1 to 1000; 100 without it',
      '--after': 'PLACE that the same command printed: continue there',
      ...JSON_OPTION,
    },
  },
  {
    name: 'audit show',
    takes: 'ID [--json]',
    summary: 'Show all of an audit record, with what it changed',
    options: JSON_OPTION,
  },
  {
    name: 'audit export',
    takes: '[--after SEQUENCE] [--sealed]',
    summary: 'Print all audit records in the order of the chain, as JSON lines',
    about: ['Each line has the place in the chain, and the record unless it was removed by retention.'],
    options: {
      '--after': 'SEQUENCE of the last line of an earlier export: continue there',
      '--sealed': 'Leave personal data sealed, as digests and MACs are computed from it',
    },
  },
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
  {
    name: 'audit public-key',
    takes: '[KEY]',
    summary: 'Print the public key that verifies the links of the chain, in PEM',
    about: ['KEY is the `keyId` of a link; without it, the key that signs now.'],
  },
  {
    name: 'audit stream',
    takes: '[--to ADDRESS] [--name NAME] [--follow] [OPTIONS]',
    summary: 'Send the audit trail elsewhere, in the order of its chain',
    about: [
      'Prints one JSON object a line, or sends to syslog (RFC 5424) or a webhook. At least once: a receiver may get a record again.',
      'With --name the next run continues after what the receiver has.',
    ],
    options: {
      '--to':
        'syslog://HOST, syslog+tls://HOST or syslog+udp://HOST, with :PORT if needed; or the https:// address of a webhook',
      '--name': 'Remember under this name what was sent',
      '--from':
        'start, now, or the sequence number of the first record to send; otherwise after what was sent under the name',
      '--follow': 'Go on with new records until Ctrl-C or SIGTERM; try again if the receiver is away',
      '--kinds': 'Only these kinds: sign-in,user.*',
      '--without-personal': 'Leave out names, addresses, agents, reasons and values before and after',
    },
  },
  {
    name: 'audit webhook-secret',
    takes: 'NAME',
    summary: 'Print the secret with which a webhook checks what it gets',
    about: ['NAME is a stream of the settings (audit.streams), or the --name of `gatehouse audit stream`.'],
  },
];
