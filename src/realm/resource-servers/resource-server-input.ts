import { z } from 'zod';
import { isPrototypeName, PROTOTYPE_NAME_FAULT } from '../../base/text/prototype-names.js';
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
  .regex(
    /^[A-Za-z0-9._-]+(:[A-Za-z0-9._-]+)*$/,
    'A permission is parts of letters, digits and . _ - joined by ":", as orders:lines:write.',
  )
  // It is a scope too, and the library looks up scopes in a plain object.
  .refine((name) => !isPrototypeName(name), {
    error: ({ input }) => `${JSON.stringify(input)} ${PROTOTYPE_NAME_FAULT}`,
  });

/** A permission pattern: a name, a node above names, or either with `*` for a segment. */
export const permissionPattern = z
  .string()
  .max(200)
  .regex(
    /^(?:\*|[A-Za-z0-9._-]+)(:(?:\*|[A-Za-z0-9._-]+))*$/,
    'A permission is * or parts of letters, digits and . _ - joined by ":"; a node covers what is below it, as orders for orders:read, and * stands for any part.',
  );

/** A resource server's identifier, the audience of its tokens. */
export const audience = z.string().max(500).refine(isAudience, {
  message:
    'A resource server is named by an absolute URI, in ASCII, without fragment and spaces (RFC 8707 2, RFC 3986).',
});

export const permissionInput = z.strictObject({
  name: permissionName,
  description: linesInput('A description', 500).exactOptional(),
  implies: z.array(permissionPattern).default([]),
});

const instance = z.strictObject({
  type: nameInput('The type of an instance', 200),
  id: nameInput('The id of an instance', 500),
  within: z.array(nameInput('A group name', 255)).max(50).exactOptional(),
  attributes: z
    .array(z.strictObject({ name: nameInput('The name of an attribute', 200), value: linesInput('A value', 500) }))
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
    name: lineInput('The name of a resource server', 200),
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
    instances: z.array(instance).max(1000).exactOptional(),
  })
  .superRefine(({ permissions, implications = [], instances = [] }, context) => {
    const refuse = (path: PropertyKey[], message: string): void => context.addIssue({ code: 'custom', path, message });
    const names = new Set<string>();
    permissions.forEach(({ name }, at) => {
      if (names.has(name)) refuse(['permissions', at, 'name'], `${name} is declared twice.`);
      // A scope has one meaning in a request: this one would belong to both the user and the resource server.
      if ((KNOWN_SCOPES as readonly string[]).includes(name)) {
        refuse(
          ['permissions', at, 'name'],
          `${name} is a scope of OpenID Connect here. Name what may be done, as ${name}:read.`,
        );
      }
      names.add(name);
    });
    const isSomething = (pattern: string): boolean => [...names].some((name) => covers(pattern, name));
    permissions.forEach(({ name, implies }, at) => {
      for (const implied of implies) {
        if (!isSomething(implied))
          refuse(['permissions', at, 'implies'], `${name} implies ${implied}, which is not declared.`);
      }
    });
    implications.forEach(({ permission, implies }, at) => {
      if (!isSomething(permission))
        refuse(['implications', at, 'permission'], `${permission} matches no declared permission.`);
      for (const implied of implies) {
        if (!isSomething(implied))
          refuse(['implications', at, 'implies'], `${implied} matches no declared permission.`);
      }
    });
    const things = new Set<string>();
    instances.forEach(({ type, id, attributes }, at) => {
      const key = JSON.stringify([type, id]);
      if (things.has(key)) refuse(['instances', at], `${type} ${id} is declared twice.`);
      things.add(key);
      attributes.forEach(({ name }, place) => {
        if (isPrototypeName(name))
          refuse(['instances', at, 'attributes', place, 'name'], `${name} ${PROTOTYPE_NAME_FAULT}`);
      });
    });
    const circle = implicationCircle(permissions, implications);
    if (circle) refuse(['permissions'], `These imply one another in a circle: ${circle.join(' -> ')}.`);
  });

export type ResourceServerInput = z.infer<typeof resourceServerInput>;

// A space separates audience and permission in a direct permission assignment.
function isAudience(identifier: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[!"$-~]+$/i.test(identifier) && URL.canParse(identifier);
}
