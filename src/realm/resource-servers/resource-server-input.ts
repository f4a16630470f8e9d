import { z } from 'zod';
import type { Patch } from '../../changes/patched-input.js';
import { below, problem, type Problem } from '../../base/problems/problem.js';
import { carried, refusedAs, refusing } from '../../base/problems/read-input.js';
import { prototypeNameFault } from '../../base/text/prototype-names.js';
import { lineInput, linesInput, nameInput } from '../../base/text/text-input.js';
import { claimMappings } from '../claims/claim-mapping-input.js';
import { covers } from './permission-covers.js';
import { implicationCircle } from './implication-cycle.js';
import { TRUSTED_FACTS } from './resource-server.js';
import { KNOWN_SCOPES } from './known-scopes.js';
import { TOKEN_ALGORITHMS } from '../keys/token-algorithm.js';

/** A permission's name: segments joined by `:`, the last of them the action. */
const permissionName = z
  .string()
  .max(200)
  .refine((name) => /^[A-Za-z0-9._-]+(:[A-Za-z0-9._-]+)*$/.test(name), refusedAs('permission-form', {}))
  // It is a scope too, and the library looks up scopes in a plain object.
  .superRefine(refusing(prototypeNameFault));

/** A permission pattern: a name, a node above names, or either with `*` for a segment. */
export const permissionPattern = z
  .string()
  .max(200)
  .refine(
    (pattern) => /^(?:\*|[A-Za-z0-9._-]+)(:(?:\*|[A-Za-z0-9._-]+))*$/.test(pattern),
    refusedAs('permission-pattern-form', {}),
  );

/** A resource server's identifier, the audience of its tokens. */
export const audience = z.string().max(500).refine(isAudience, refusedAs('audience-form', {}));

export const permissionInput = z.strictObject({
  name: permissionName,
  description: linesInput('description', 500).exactOptional(),
  implies: z.array(permissionPattern).default([]),
});

const instance = z.strictObject({
  type: nameInput('instance-type', 200),
  id: nameInput('instance-id', 500),
  within: z.array(nameInput('group-name', 255)).max(50).exactOptional(),
  attributes: z
    .array(z.strictObject({ name: nameInput('attribute-name', 200), value: linesInput('value', 500) }))
    .max(50)
    .default([]),
});

const implication = z.strictObject({
  permission: permissionPattern,
  implies: z.array(permissionPattern).min(1).max(100),
});

/** A resource server as requested through an interface or the realm file. Unknown fields are refused. */
export const resourceServerInput = z
  .strictObject({
    identifier: audience,
    name: lineInput('resource-server-name', 200),
    permissions: z.array(permissionInput).max(1000).default([]),
    implications: z.array(implication).max(100).exactOptional(),
    trustedFor: z.array(z.enum(TRUSTED_FACTS)).max(TRUSTED_FACTS.length).exactOptional(),
    accessTokenSeconds: z.int().min(30).max(86_400).default(300),
    tokenFormat: z.enum(['jwt', 'opaque']).default('jwt'),
    acceptsReferences: z.boolean().exactOptional(),
    claims: claimMappings.exactOptional(),
    algorithm: z.enum(TOKEN_ALGORITHMS).default('ES256'),
    jwtType: z.enum(['at+jwt', 'JWT']).default('at+jwt'),
    userinfo: z.boolean().exactOptional(),
    auditDecisions: z.enum(['none', 'denied', 'all']).exactOptional(),
    instances: z.array(instance).max(1000).exactOptional(),
  })
  .superRefine(({ permissions, implications = [], instances = [] }, context) => {
    const refuse = (found: Problem): void => context.addIssue(carried(found));
    const names = new Set<string>();
    permissions.forEach(({ name }, at) => {
      if (names.has(name)) refuse(problem('declared-twice', ['permissions', at, 'name'], { name }));
      // A scope has one meaning in a request: this one would belong to both the user and the resource server.
      if ((KNOWN_SCOPES as readonly string[]).includes(name)) {
        refuse(problem('permission-is-scope', ['permissions', at, 'name'], { name }));
      }
      names.add(name);
    });
    const isSomething = (pattern: string): boolean => [...names].some((name) => covers(pattern, name));
    permissions.forEach(({ name, implies }, at) => {
      for (const implied of implies) {
        if (!isSomething(implied))
          refuse(problem('implied-undeclared', ['permissions', at, 'implies'], { permission: name, implied }));
      }
    });
    implications.forEach(({ permission, implies }, at) => {
      if (!isSomething(permission))
        refuse(problem('pattern-matches-nothing', ['implications', at, 'permission'], { pattern: permission }));
      for (const implied of implies) {
        if (!isSomething(implied))
          refuse(problem('pattern-matches-nothing', ['implications', at, 'implies'], { pattern: implied }));
      }
    });
    const things = new Set<string>();
    instances.forEach(({ type, id, attributes }, at) => {
      const key = JSON.stringify([type, id]);
      if (things.has(key)) refuse(problem('declared-twice', ['instances', at], { name: `${type} ${id}` }));
      things.add(key);
      attributes.forEach(({ name }, place) => {
        const fault = prototypeNameFault(name);
        if (fault) refuse(below(['instances', at, 'attributes', place, 'name'], fault));
      });
    });
    const circle = implicationCircle(permissions, implications);
    if (circle) refuse(problem('implication-circle', ['permissions'], { names: circle }));
  });

export type ResourceServerInput = z.infer<typeof resourceServerInput>;
export type ResourceServerPatch = Patch<Omit<z.input<typeof resourceServerInput>, 'identifier'>>;

// A space separates audience and permission in a direct permission assignment.
function isAudience(identifier: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[!"$-~]+$/i.test(identifier) && URL.canParse(identifier);
}
