/**
 * The member of a JSON value at a path such as `data.id`; undefined: there is none. Only members that the document itself has, since names
 * of a path and of a document come from outside.
 */
export function valueAt(source: unknown, path: string | undefined): unknown {
  let value = source;
  for (const name of path?.split('.') ?? []) value = membersOf(value)?.get(name);
  return value;
}

/** The members of an object. A map, since names from outside are never keys of objects. Undefined: it is no object. */
export function membersOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}
