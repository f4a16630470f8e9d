import type { Path } from './problem.js';

/** Where strings, or names of fields, have half of a character in them (a lone surrogate): no store keeps such a text as it was. */
export function halfCharacters(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'string') return value.isWellFormed() ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return key.isWellFormed() ? halfCharacters(one, at) : [at];
  });
}
