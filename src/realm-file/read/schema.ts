import { z } from 'zod';
import { givenInput, givenPermissionInput } from '../../access/model/assignment-input.js';
import { roleInput } from '../../access/model/role-input.js';
import { below, problem, type Problem } from '../../base/problems/problem.js';
import { carried, refusedAs, refusing } from '../../base/problems/read-input.js';
import { linesInput, nameInput } from '../../base/text/text-input.js';
import { readImportedHash } from '../../identity/password-hashing/imported-hash.js';
import { userIdFault } from '../../identity/users/user-id.js';
import { foldEmail, foldIdentifier } from '../../identity/identifiers/normalize-identifier.js';
import { foldedInput } from '../../identity/users/user-input.js';
import { attributesInput, profileInput } from '../../identity/users/profile.js';
import type { Group } from '../../identity/groups/group.js';
import { ruleFault } from '../../identity/groups/segment-rule.js';
import { connectorInput } from '../../federation/connectors/connector-input.js';
import { clientInput } from '../../realm/clients/client-input.js';
import { MOST_SECRETS } from '../../realm/clients/client-secret.js';
import {
  permissionInput,
  permissionPattern,
  resourceServerInput,
} from '../../realm/resource-servers/resource-server-input.js';
import { settingsInput } from '../../realm/settings/settings-input.js';

/** The location of a secret; a realm file never contains one itself. */
export type SecretSource =
  { readonly kind: 'file'; readonly name: string } | { readonly kind: 'environment'; readonly name: string };

const SOURCE = /^\$\{(?:file:(?<file>[A-Za-z0-9][A-Za-z0-9._-]{0,99})|(?<variable>[A-Za-z_][A-Za-z0-9_]*))\}$/;

/** The source in `${NAME}` or `${file:NAME}`; undefined for other text. */
export function secretSourceIn(text: string): SecretSource | undefined {
  const { file, variable } = SOURCE.exec(text)?.groups ?? {};
  if (file !== undefined) return { kind: 'file', name: file };
  if (variable !== undefined && !variable.startsWith('GATEHOUSE_')) return { kind: 'environment', name: variable };
  return undefined;
}

const secretSource = z.string().transform((text, ctx): SecretSource => {
  const source = secretSourceIn(text);
  if (source) return source;
  ctx.addIssue(carried(problem('secret-written', [], {})));
  return z.NEVER;
});

/** One, or several that are all valid. */
const secretSources = z.union([z.string(), z.array(z.string()).min(1).max(MOST_SECRETS)]).transform((named, ctx) => {
  const sources = [named].flat().map(secretSourceIn);
  const found = sources.filter((source) => source !== undefined);
  if (found.length === sources.length) return found;
  const path = typeof named === 'string' ? [] : [sources.indexOf(undefined)];
  ctx.addIssue(carried(problem('secret-written', path, {})));
  return z.NEVER;
});

/** Assignments: each by its name alone, or with terms (start, end, reason, limitations). */
const given = {
  roles: z.array(givenInput('role')).default([]),
  permissions: z.array(givenPermissionInput(permissionPattern)).default([]),
};
/** The groups above, by name. */
const memberships = z.array(givenInput('group')).default([]);

/** `renamedFrom` is the previous name. The first run renames the object, and later runs find it renamed. It is never stored. */
const permission = z.strictObject({
  ...permissionInput.shape,
  renamedFrom: permissionInput.shape.name.exactOptional(),
});
const resourceServer = z.strictObject({
  ...resourceServerInput.shape,
  permissions: z.array(permission).max(1000).default([]),
});
const role = z.strictObject({ ...roleInput.shape, renamedFrom: roleInput.shape.name.exactOptional() });

const group = z
  .strictObject({
    name: nameInput('group-name', 255),
    renamedFrom: nameInput('group-name', 255).exactOptional(),
    type: z.enum(['segment', 'customer-group']).exactOptional(),
    description: linesInput('description', 500).exactOptional(),
    rule: z.string().max(2000).exactOptional(),
    segmentGroup: nameInput('segment-group', 255).exactOptional(),
    groups: memberships,
    ...given,
  })
  .superRefine(refusing((entry) => [...segmentFaults(entry)]));

type SegmentFields = Partial<Pick<Group, 'type' | 'rule' | 'segmentGroup'>> & { readonly groups: readonly unknown[] };

function* segmentFaults({ type, rule, segmentGroup, groups }: SegmentFields): Iterable<Problem> {
  if (type === 'segment') {
    const fault = rule === undefined ? problem('segment-without-rule', [], {}) : ruleFault(rule);
    if (fault) yield below(['rule'], fault);
  } else {
    if (rule !== undefined) yield problem('rule-of-no-segment', ['rule'], {});
    if (segmentGroup !== undefined) yield problem('segment-group-of-no-segment', ['segmentGroup'], {});
  }
  if (type !== undefined && groups.length > 0) yield problem('only-plain-groups-nest', ['groups'], {});
}

const userFields = z.strictObject({
  username: foldedInput((text) => foldIdentifier(text)),
  /** The `sub` of a new user, if other systems know it already; absent: a random one. */
  id: z.string().superRefine(refusing(userIdFault)).exactOptional(),
  /** Without one, `bootstrap` generates and prints it. */
  password: secretSource.exactOptional(),
  /** The hash of their password from another program, instead of a password. */
  passwordHash: z
    .string()
    .max(1000)
    .superRefine(
      refusing((text) => {
        const read = readImportedHash(text);
        return read.kind === 'fault' ? read.fault : undefined;
      }),
    )
    .exactOptional(),
  /** The password generated by `bootstrap` is permanent: the user need not choose another one at the first sign-in. */
  permanentPassword: z.boolean().default(false),
  profile: profileInput.default({}),
  email: foldedInput(foldEmail).exactOptional(),
  emailVerified: z.boolean().default(false),
  attributes: attributesInput.default([]),
  groups: memberships,
  /** One, or, as `null`, none. */
  customerGroup: givenInput('customerGroup').nullable().exactOptional(),
  /** Whether the file owns profile, attributes and e-mail address; absent: as the whole file says. */
  managed: z.boolean().exactOptional(),
  ...given,
});
const user = userFields.refine(
  ({ password, passwordHash }) => password === undefined || passwordHash === undefined,
  refusedAs('password-and-hash', {}, ['passwordHash']),
);

const client = z.strictObject({
  ...clientInput.shape,
  renamedFrom: clientInput.shape.id.exactOptional(),
  /** One, or several during a change in the application. */
  secret: secretSources.exactOptional(),
  /** For itself (client_credentials); its users' tokens never contain them. */
  ...given,
});

const connector = z.strictObject({ ...connectorInput.shape, secret: secretSource.exactOptional() });

/**
 * The schema of a realm file. Unknown fields are refused. For objects that may exist already, it only checks single fields:
 * `checkWholes` checks the complete object, of which the file may contain a part.
 */
export const realmFileSchema = z.strictObject({
  /** The source of the assignments that it maintains. Two files for one realm need two names. */
  name: z
    .string()
    .refine((name) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name), refusedAs('file-name-form', {}))
    .default('realm'),
  /**
   * Whether the file owns profile, attributes and e-mail addresses of its users; otherwise they belong to the users once these
   * are created.
   */
  managed: z.boolean().default(false),
  settings: z.strictObject(settingsInput.shape).exactOptional(),
  resourceServers: z.array(resourceServer).default([]),
  roles: z.array(role).default([]),
  groups: z.array(group).default([]),
  connectors: z.array(connector).default([]),
  clients: z.array(client).default([]),
  users: z.array(user).default([]),
});

export type RealmFileContent = z.output<typeof realmFileSchema>;
export type GroupEntry = RealmFileContent['groups'][number];
/** A holder of assignments. */
export type HolderEntry = Pick<UserEntry, 'roles' | 'permissions'> &
  Partial<Pick<UserEntry, 'groups' | 'customerGroup'>>;
export type UserEntry = RealmFileContent['users'][number];
