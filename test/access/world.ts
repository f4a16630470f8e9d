import fc from 'fast-check';
import type { Assignment, Limitation } from '../../src/base/assignment.js';
import { EVERYONE } from '../../src/access/model/everyone.js';
import type { Role, RoleAudience } from '../../src/access/model/role.js';
import type { Snapshot } from '../../src/access/evaluation/snapshot.js';
import type { Group } from '../../src/identity/groups/group.js';
import type { ResourceServer } from '../../src/realm/resource-servers/resource-server.js';

/** Everything that determines access, small enough to shrink. */
export interface World {
  readonly assignments: readonly Assignment[];
  readonly groups: readonly Group[];
  readonly roles: readonly Role[];
  readonly servers: readonly ResourceServer[];
}

/** The time at which worlds are evaluated; their times are around it. */
export const AT = 1_000_000;

export const ORDERS = 'https://orders.example';
export const STOCK = 'https://stock.example';
export const AUDIENCES = [ORDERS, STOCK, 'https://undeclared.example'];

let made = 0;

export function assignment(kind: Assignment['kind'], target: string, more: Partial<Assignment> = {}): Assignment {
  return { id: `assignment-${made++}`, kind, target, grantedBy: 'host:root', grantedAt: 0, limitations: [], ...more };
}

export function group(id: string, assignments: readonly Assignment[] = []): Group {
  return { id, createdAt: 0, since: 0, name: `name of ${id}`, assignments: [...assignments] };
}

export function role(
  id: string,
  ...policies: readonly (readonly [server: string, permission: string, ...Limitation[]])[]
): Role {
  return {
    id,
    createdAt: 0,
    since: 0,
    name: `name of ${id}`,
    policies: policies.map(([resourceServer, permission, ...limitations]) => ({
      resourceServer,
      permission,
      limitations,
    })),
  };
}

export function server(identifier: string, permissions: Readonly<Record<string, readonly string[]>>): ResourceServer {
  return {
    id: identifier,
    createdAt: 0,
    since: 0,
    identifier,
    name: identifier,
    permissions: Object.entries(permissions).map(([name, implies]) => ({ name, implies: [...implies] })),
    accessTokenSeconds: 300,
    tokenFormat: 'jwt',
    algorithm: 'ES256',
    jwtType: 'at+jwt',
  };
}

export function snapshotOf({ groups, roles, servers }: Omit<World, 'assignments'>): Snapshot {
  return {
    groups: new Map(groups.map((one, at) => [one.id, { ...one, version: at + 1 }])),
    roles: new Map(roles.map((one, at) => [one.id, { ...one, version: at + 1 }])),
    resourceServers: new Map(servers.map((one) => [one.identifier, { ...one, version: 1 }])),
    connectors: new Map(),
  };
}

export const names = ['orders', 'orders:read', 'orders:write', 'orders:lines:read', 'orders-old:read', 'refunds:make'];
const nodes = [...names, '*', 'orders:lines', 'refunds', 'ord', '', 'orders:*', '*:read', 'orders:*:read'];
const ids = ['a', 'b', 'c', 'd'];

const limitations = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Limitation[]>([]) },
  { weight: 1, arbitrary: fc.constant<Limitation[]>([{ kind: 'nobody-knows-this', values: ['x'] }]) },
  { weight: 1, arbitrary: fc.constant<Limitation[]>([{ kind: 'owner', values: ['self'] }]) },
  {
    weight: 1,
    arbitrary: fc
      .subarray(['shop', 'desk'], { minLength: 1 })
      .map((clients): Limitation[] => [{ kind: 'client', values: clients }]),
  },
);
const instant = fc.integer({ min: AT - 3, max: AT + 3 });

const anyAssignment: fc.Arbitrary<Assignment> = fc
  .record(
    {
      id: fc.uuid(),
      target: fc.oneof(
        fc.constantFrom(...ids).map((id) => ['membership', `group-${id}`] as const),
        fc.constantFrom(...ids).map((id) => ['role', `role-${id}`] as const),
        fc
          .tuple(fc.constantFrom(...AUDIENCES), fc.constantFrom(...nodes))
          .map(([audience, node]) => ['permission', `${audience} ${node}`] as const),
        fc.constant(['customer-group', 'group-a'] as const),
      ),
      validFrom: instant,
      validUntil: instant,
      limitations,
    },
    { requiredKeys: ['id', 'target', 'limitations'] },
  )
  .map(({ target: [kind, target], ...rest }) => assignment(kind, target, rest));

const assignments = fc.uniqueArray(anyAssignment, { maxLength: 6, selector: ({ id }) => id });

const policy = fc.record({
  resourceServer: fc.constantFrom(...AUDIENCES),
  permission: fc.constantFrom(...nodes),
  limitations,
});

export const permissions = fc
  .subarray(names, { minLength: 1 })
  .chain((declared) =>
    fc.tuple(
      ...declared.map((name) => fc.subarray([...names, '*:read', 'refunds']).map((implies) => ({ name, implies }))),
    ),
  );

/**
 * Groups may nest in cycles, assignments may lead to missing objects, and permissions may imply each other in cycles or imply
 * undeclared ones.
 */
export const worlds: fc.Arbitrary<World> = fc.record({
  assignments,
  groups: fc
    .subarray(ids)
    .chain((some) => fc.tuple(...some.map((id) => assignments.map((out) => group(`group-${id}`, out))))),
  roles: fc.subarray(ids).chain((some) =>
    fc.tuple(
      ...some.map((id) =>
        fc
          .record({
            policies: fc.array(policy, { maxLength: 4 }),
            includes: fc.subarray(ids.map((other) => `role-${other}`)),
            audience: fc.option(
              fc.constantFrom<RoleAudience>({ client: 'shop' }, { resourceServer: ORDERS }, { resourceServer: STOCK }),
              { nil: undefined, freq: 3 },
            ),
          })
          .map(({ policies, includes, audience }) => ({
            ...role(`role-${id}`),
            name: id === 'd' ? EVERYONE : `name of role-${id}`,
            policies,
            includes,
            ...(audience && { audience }),
          })),
      ),
    ),
  ),
  servers: fc.tuple(permissions, permissions).map(([orders, stock]) => [
    {
      ...server(ORDERS, {}),
      permissions: orders,
      implications: [{ permission: 'orders:*:read', implies: ['orders'] }],
    },
    { ...server(STOCK, {}), permissions: stock },
  ]),
});
