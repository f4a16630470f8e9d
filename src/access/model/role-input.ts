import { z } from 'zod';
import { LEVELS } from '../../base/authentication-level.js';
import { linesInput, nameInput } from '../../base/text/text-input.js';
import { clientId } from '../../realm/clients/client-input.js';
import { audience, permissionPattern } from '../../realm/resource-servers/resource-server-input.js';
import { ADMINISTRATOR, administrator } from './administrator.js';
import { limitationsInput } from '../limitations/limitation-input.js';

const roleName = nameInput('A role name', 100);

const policy = z.strictObject({
  resourceServer: audience,
  permission: permissionPattern,
  limitations: limitationsInput.default([]),
});

/** A role as requested through an interface or the realm file. Unknown fields are refused. */
export const roleInput = z
  .strictObject({
    name: roleName,
    aliases: z.array(roleName).max(20).exactOptional(),
    description: linesInput('A description', 500).exactOptional(),
    audience: z
      .union([z.strictObject({ client: clientId }), z.strictObject({ resourceServer: audience })], {
        error: 'A role counts for one client or one resourceServer, or, without an audience, everywhere.',
      })
      .exactOptional(),
    /** By id; a realm file uses names. */
    includes: z.array(z.string().min(1).max(100)).max(100).exactOptional(),
    excludes: z.array(z.string().min(1).max(100)).max(100).exactOptional(),
    policies: z.array(policy).max(1000).default([]),
    requiredLevel: z.enum(LEVELS).exactOptional(),
  })
  .refine(({ name, policies }) => name !== ADMINISTRATOR || isAdministrator(policies), {
    path: ['policies'],
    message:
      'The role administrator is * at urn:gatehouse:api and nothing elsewhere. Give other policies a role of their own.',
  });

export type RoleInput = z.infer<typeof roleInput>;

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
