import { factOptions } from '../../access/facts/fact-options.js';
import type { CommandHelp } from './command-help.js';
import { JSON_OPTION, managed } from './managed-commands.js';

const QUESTION = 'NAME PERMISSION --at RESOURCE-SERVER [OPTIONS]';
const CONTEXT = {
  '--at': 'The identifier of the resource server (API)',
  '--at-time':
    'MOMENT: ask about that time in the past, 2026-03-01T09:00:00+01:00; NAME may be the id of a removed user',
  '--client-itself': 'NAME is a client that acts for itself, not a user',
  ...Object.fromEntries(factOptions().map(({ name, help }) => [`--${name}`, help])),
  '--owner': 'Who owns the resource, by username',
  '--type': 'The type of the resource',
  '--resource': 'NAME=VALUE: an attribute of the resource; may be repeated',
};

const LISTED = {
  '--all': 'List those too who will later, or do under a limitation, or are disabled, each in a section',
  '--json': 'One line of JSON for each',
};

/** Commands about roles, groups, assignments and decisions. */
export const ACCESS_COMMANDS: readonly CommandHelp[] = [
  {
    name: 'assign',
    takes: 'user | group | client NAME role | group | customer-group | permission TARGET [OPTIONS]',
    summary: 'Assign a role, group, customer group or permission',
    about: ['A MOMENT has a time zone: 2027-01-31T18:00:00+01:00.'],
    options: {
      '--at': 'The identifier of the resource server; with permission only',
      '--from': 'MOMENT: when it starts; without it, now',
      '--until': 'MOMENT: when it ends; without it, never',
      '--reason': 'TEXT, kept with the assignment',
      '--limitation': 'KIND=VALUE (docs/limitations.md); may be repeated',
      '--dry-run': 'Only show who would gain and lose what',
    },
  },
  {
    name: 'unassign',
    changes: true,
    takes: 'user | group | client NAME ID [--dry-run]',
    summary: 'Remove an assignment by the id that `gatehouse assignments` shows',
    options: { '--dry-run': 'Only show who would gain and lose what' },
  },
  {
    name: 'assignments',
    takes: 'user | group | client NAME',
    summary: 'List the assignments of a user, group or client',
  },
  { name: 'role list', takes: '[--json]', summary: 'List the roles', options: JSON_OPTION },
  { name: 'role show', takes: 'ROLE [--json]', summary: 'Show what a role gives', options: JSON_OPTION },
  ...managed(
    'role',
    'ROLE',
    'a role',
    'Users, groups and clients to which it is assigned, and roles that include or exclude it',
  ),
  {
    name: 'role holders',
    takes: 'ROLE [OPTIONS]',
    summary: 'List the users and clients who hold a role now',
    options: LISTED,
  },
  { name: 'group list', takes: '[--json]', summary: 'List the groups', options: JSON_OPTION },
  { name: 'group show', takes: 'GROUP [--json]', summary: 'Show a group', options: JSON_OPTION },
  ...managed('group', 'GROUP', 'a group', 'Members, groups below it, and what is limited to its members'),
  { name: 'resource-server list', takes: '[--json]', summary: 'List the resource servers', options: JSON_OPTION },
  {
    name: 'resource-server show',
    takes: 'IDENTIFIER [--json]',
    summary: 'Show a resource server',
    options: JSON_OPTION,
  },
  ...managed(
    'resource-server',
    'IDENTIFIER',
    'a resource server',
    'Policies and assignments of its permissions, and clients that name it',
  ),
  {
    name: 'resource-server rename-permission',
    changes: true,
    takes: 'IDENTIFIER PERMISSION NEW-NAME [--json]',
    summary: 'Give a permission another name; its holders keep it',
    about: [
      'Policies, assignments, implications and claims that name the permission name the new one from then on.',
      'A node or pattern above it stays: who holds it by that alone keeps it only if the new name is covered too.',
      'Applications that ask for the old name as a scope have to be changed.',
    ],
    options: JSON_OPTION,
  },
  {
    name: 'group members',
    takes: 'GROUP [OPTIONS]',
    summary: 'List who is in a group now, also through groups below it',
    options: LISTED,
  },
  { name: 'segment list', summary: 'List the segments and their rules' },
  {
    name: 'segment members',
    takes: 'SEGMENT [OPTIONS]',
    summary: 'List the users who are in a segment now',
    options: LISTED,
  },
  {
    name: 'permission holders',
    takes: 'PERMISSION --at RESOURCE-SERVER [OPTIONS]',
    summary: 'List the users and clients who hold a permission now, and by which way',
    options: { '--at': 'The identifier of the resource server (API)', ...LISTED },
  },
  {
    name: 'decide',
    takes: QUESTION,
    summary: 'Print whether somebody may do something now: allowed or denied',
    about: ['Ends with 0 for allowed, 1 for denied, 2 for a command that is not understood, 3 if it could not decide.'],
    options: CONTEXT,
  },
  { name: 'explain', takes: QUESTION, summary: 'Print the same decision with every reason', options: CONTEXT },
  {
    name: 'explain token',
    takes: 'JTI',
    summary: 'Show which assignments an access token was made from',
    about: ['JTI is the claim jti of a JWT access token, or an opaque access token itself.'],
  },
];
