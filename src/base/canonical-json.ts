import type { Json } from './json.js';

/**
 * One text for one value, whatever the order of its fields: stores do not guarantee to keep that order. Different values have
 * different texts. For digests and MACs; nobody parses it.
 */
export const canonicalJson = (value: Json): string => JSON.stringify(ordered(value));

function ordered(value: Json): Json {
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return ['[', ...value.map(ordered)];
  // As a list, since objects reorder names that look like numbers.
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return ['{', ...fields.flatMap(([name, each]) => [name, ordered(each)])];
}
