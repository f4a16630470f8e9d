/** The fields of a document or an input, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** The new value of a field that is given; undefined removes the field. */
type MergeField = (before: unknown, given: unknown) => unknown;

/** The given value as a whole; `null` removes the field. */
const replaceField: MergeField = (_before, given) => (given === null ? undefined : given);

/** An object's own fields are merged too, one level down; any other value, such as a list, replaces the one before. */
export const mergeNested: MergeField = (before, given) =>
  isObject(before) && isObject(given) ? { ...before, ...given } : given;

/** The fields before with the given ones in their place. A field that is absent or undefined in `given` stays. */
export function mergeFields(before: Fields, given: Fields, mergeField: MergeField = replaceField): Fields {
  const merged = new Map(Object.entries(before));
  for (const [field, value] of Object.entries(given)) {
    if (value !== undefined) merged.set(field, mergeField(before[field], value));
  }
  return Object.fromEntries([...merged].filter(([, value]) => value !== undefined));
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
