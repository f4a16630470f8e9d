import type { WantedPermission } from '../access/evaluation/decide.js';
import type { Json } from '../base/json.js';
import type { Evaluation } from './evaluation.js';

/** The permission of an action, and its properties. */
export const wantedOf = (
  { name: permission, properties }: Evaluation['action'],
  audience: string,
): WantedPermission => ({
  audience,
  permission,
  ...(properties && { properties: withoutNull(properties) }),
});

/** A null value counts as absent. */
export const withoutNull = (values: Readonly<Record<string, unknown>>): Readonly<Record<string, Json>> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as Readonly<Record<string, Json>>;
