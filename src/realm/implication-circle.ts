import type { Permission } from './resource-server.js';

/** A circle in what permissions imply, its first name again at the end; undefined when there is none. */
export function implicationCircle(permissions: readonly Pick<Permission, 'name' | 'implies'>[]): string[] | undefined {
  const implies = new Map(permissions.map(({ name, implies }) => [name, implies]));
  const free = new Set<string>();

  function from(name: string, path: readonly string[]): string[] | undefined {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (free.has(name)) return undefined;
    for (const implied of implies.get(name) ?? []) {
      const circle = from(implied, [...path, name]);
      if (circle) return circle;
    }
    free.add(name);
    return undefined;
  }

  for (const { name } of permissions) {
    const circle = from(name, []);
    if (circle) return circle;
  }
  return undefined;
}
