import type { RoleHeld, HolderOfBoth } from '../../access/separation-of-duties/role-exclusion-problems.js';
import type { Sentences } from '../sentences.js';

export const accessSentences = {
  'role-name-twice': ({ role, other }) => `Role ${role} has the name ${other} twice.`,
  'role-alias-taken': ({ alias, role }) => `${alias} is another name of the role ${role}, or its own.`,
  'role-name-is-alias': ({ name, role }) => `${name} is another name of the role ${role}.`,
  'role-unknown-role': ({ role, other }) => `Role ${role} names the role ${other}, which does not exist.`,
  'role-excludes-itself': ({ role }) => `Role ${role} excludes itself.`,
  'role-excludes-everyone': ({ role }) =>
    `Everybody has the role everyone, so nobody could ever be given ${role} beside it.`,
  'everyone-excludes': () => 'Everybody has the role everyone, so it excludes none.',
  'role-circle': ({ names }) => `Roles would include one another in a circle: ${names.join(' > ')}.`,
  'role-brings-excluded': ({ role, other }) => `Role ${role} would bring the role ${other}, which it excludes.`,
  'role-brings-both': ({ role, both: [one, other] }) =>
    `Role ${role} would bring both ${one} and ${other}, and the two exclude each other.`,
  'role-unknown-resource-server': ({ role, resourceServer }) =>
    `Role ${role} names the resource server ${resourceServer}, which does not exist.`,
  'role-name-fixed': ({ role }) => `The role ${role} keeps its name.`,
  'role-built-in': ({ role }) => `The role ${role} is in every realm.`,
  'role-audience-form': () =>
    'A role counts for one client or one resourceServer, or, without an audience, everywhere.',
  'administrator-policies': () =>
    'The role administrator is * at urn:gatehouse:api and nothing elsewhere. Give other policies a role of their own.',
  'last-administrator': () =>
    'Nobody would be administrator any more who can sign in. Give the role to somebody else first.',
  'administrator-way-in': () =>
    'No administrator could sign in any more while a directory is away. Keep one in primary, with a password and without a block. An enforced domain must except their username.',
  'moment-form': () => 'A moment is written with its zone, as 2027-01-31T18:00:00+01:00 or 2027-01-31T17:00:00Z.',
  'ends-before-it-begins': () => 'It ends before it begins.',
  'given-ends-first': () => 'What is given ends before it begins.',
  'given-name-length': () => 'A name has 1 to 255 characters.',
  'role-unknown': ({ id }) => `There is no role ${id}.`,
  'role-of-everybody': ({ role }) => `Everybody has the role ${role}; it is given to nobody.`,
  'resource-server-unknown': ({ identifier }) => `There is no resource server ${identifier}.`,
  'permission-undeclared': ({ resourceServer, permission }) =>
    `${resourceServer} declares no permission ${permission}, and none below it.`,
  'group-is-segment': ({ name }) => `${name} is a segment: its rule says who is in it, and nobody is put there.`,
  'group-is-customer-group': ({ name }) =>
    `${name} is a customer group. A person is in one of them at most, by customerGroup.`,
  'group-is-no-customer-group': ({ name }) => `${name} is no customer group.`,
  'other-customer-group': ({ source: { kind, id } }) =>
    `A person is in one customer group at a time, and the ${kind === 'file' ? 'realm file' : 'connector'} ${id} keeps another: change it there.`,
  'roles-exclude-each-other': ({ held: [one, other], holder }) =>
    `Nobody may hold both ${how(one)} and ${how(other)}${holder ? `, and ${who(holder)} would` : ''}: the two roles exclude each other.`,
  'too-many-to-check': ({ roles: [one, other], most }) =>
    `The roles ${one} and ${other} exclude each other, and more than ${most} people would have to be looked at to know that nobody ` +
    'would hold both. Do it in parts: give the role to smaller groups, one after the other.',
} as const satisfies Partial<Sentences>;

const how = ({ role, within, throughGroup }: RoleHeld): string =>
  role +
  (within === undefined ? '' : ` in the role ${within}`) +
  (throughGroup === undefined ? '' : ` through the group ${throughGroup}`);

function who(holder: HolderOfBoth): string {
  switch (holder.kind) {
    case 'members':
      return `whoever is in the group ${holder.group}`;
    case 'client':
      return `the client ${holder.id}`;
    case 'user':
      return `${holder.username}${holder.more === 0 ? '' : `, and at least ${holder.more} more people,`}`;
  }
}
