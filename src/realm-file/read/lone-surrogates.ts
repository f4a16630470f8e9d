import type { ProblemPath } from '../../base/problems/problem.js';

/** The places of strings, or field names, that contain half of a character (a lone surrogate): no store preserves such text. */
export function halfCharacters(value: unknown, path: ProblemPath = []): ProblemPath[] {
  if (typeof value === 'string') return value.isWellFormed() ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return key.isWellFormed() ? halfCharacters(one, at) : [at];
  });
}
