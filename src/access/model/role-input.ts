import { z } from 'zod';
import type { Patch } from '../../changes/patched-input.js';
import { LEVELS } from '../../base/authentication-level.js';
import { refusedAs } from '../../base/problems/read-input.js';
import { linesInput, nameInput } from '../../base/text/text-input.js';
import { clientId } from '../../realm/clients/client-input.js';
import { audience, permissionPattern } from '../../realm/resource-servers/resource-server-input.js';
import { ADMINISTRATOR, administrator } from './administrator.js';
import { limitationsInput } from '../limitations/limitation-input.js';

const roleName = nameInput('role-name', 100);

const policy = z.strictObject({
  resourceServer: audience,
  permission: permissionPattern,
  limitations: limitationsInput.default([]),
});

const AUDIENCES = ['client', 'resourceServer'];
const namesOneAudience = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && AUDIENCES.filter((name) => name in value).length === 1;

/** Where a role counts. */
const roleAudience = z
  .unknown()
  .refine(namesOneAudience, refusedAs('role-audience-form', {}))
  .pipe(z.union([z.strictObject({ client: clientId }), z.strictObject({ resourceServer: audience })]));

/** A role as requested through an interface or the realm file. Unknown fields are refused. */
export const roleInput = z
  .strictObject({
    name: roleName,
    aliases: z.array(roleName).max(20).exactOptional(),
    description: linesInput('description', 500).exactOptional(),
    audience: roleAudience.exactOptional(),
    /** By id; a realm file uses names. */
    includes: z.array(z.string().min(1).max(100)).max(100).exactOptional(),
    excludes: z.array(z.string().min(1).max(100)).max(100).exactOptional(),
    policies: z.array(policy).max(1000).default([]),
    requiredLevel: z.enum(LEVELS).exactOptional(),
  })
  .refine(
    ({ name, policies }) => name !== ADMINISTRATOR || isAdministrator(policies),
    refusedAs('administrator-policies', {}, ['policies']),
  );

export type RoleInput = z.infer<typeof roleInput>;
export type RolePatch = Patch<z.input<typeof roleInput>>;

function isAdministrator(policies: readonly z.infer<typeof policy>[]): boolean {
  const [only] = policies;
  const [meant] = administrator.policies;
  return (
    policies.length === 1 &&
    only?.resourceServer === meant.resourceServer &&
    only.permission === meant.permission &&
    only.limitations.length === 0
  );
}
