import { z } from 'zod';
import type { Json, JsonObject } from '../../base/json.js';
import { problem, type Problem, type ProblemPath } from '../../base/problems/problem.js';
import { refusing } from '../../base/problems/read-input.js';
import { isPrototypeName } from '../../base/text/prototype-names.js';

const DEEPEST = 8;
const MOST_ITEMS = 1000;
/** The longest value is a bundle of certificates. */
const LONGEST = 200_000;

/** The settings of a connector before its kind reads them: values that can be stored, under names that are safe as keys. */
export const settingsObject = z
  .unknown()
  .superRefine(refusing(settingsFault))
  // The check leaves nothing else.
  .transform((value) => value as JsonObject);

function settingsFault(value: unknown): Problem | undefined {
  if (isList(value) || typeof value !== 'object') return problem('settings-form', [], {});
  return faultIn(value, []);
}

function faultIn(value: unknown, path: ProblemPath): Problem | undefined {
  if (path.length > DEEPEST) return problem('settings-too-deep', path, { most: DEEPEST });
  if (typeof value === 'object' && value !== null) return faultInside(value, path);
  const isStorable =
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value)) ||
    (typeof value === 'string' && value.length <= LONGEST);
  return isStorable ? undefined : problem('setting-form', path, { most: LONGEST });
}

function faultInside(value: object, path: ProblemPath): Problem | undefined {
  const entries = Object.entries(value);
  if (entries.length > MOST_ITEMS) return problem('settings-too-many', path, { most: MOST_ITEMS });
  for (const [name, inner] of entries) {
    if (!isList(value) && (!/^[A-Za-z][A-Za-z0-9]{0,59}$/.test(name) || isPrototypeName(name))) {
      return problem('setting-name-form', path, {});
    }
    const fault = faultIn(inner, [...path, isList(value) ? Number(name) : name]);
    if (fault) return fault;
  }
  return undefined;
}

const isList = (value: unknown): value is readonly Json[] => Array.isArray(value);
