import { findCycle } from '../../base/graph.js';
import { covers } from './permission-covers.js';
import type { Implication, Permission } from './resource-server.js';

/** A cycle in the implications of permissions, with its first name repeated at the end; undefined if there is none. */
export function implicationCircle(
  permissions: readonly Pick<Permission, 'name' | 'implies'>[],
  implications: readonly Implication[] = [],
): readonly string[] | undefined {
  // A pattern that covers its own permission is no step: it is held already.
  const reach = (name: string, patterns: readonly string[]): string[] =>
    permissions
      .map((other) => other.name)
      .filter((other) =>
        patterns.some((pattern) => (pattern === name ? other === name : covers(pattern, other) && other !== name)),
      );
  const implies = new Map(
    permissions.map(({ name, implies: own }) => {
      const rules = implications.filter(({ permission }) => covers(permission, name)).flatMap((rule) => rule.implies);
      return [name, reach(name, [...own, ...rules.filter((pattern) => pattern !== name)])];
    }),
  );
  return findCycle(implies.keys(), (name) => implies.get(name) ?? []);
}
