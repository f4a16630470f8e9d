import { ALL_FACTS } from './facts.js';
import type { KnownFacts } from './known-facts.js';

/** The variables of expressions that hold facts, with their CEL types. */
export const factVariables = (): Readonly<Record<string, string>> =>
  Object.fromEntries(ALL_FACTS.flatMap(({ variable }) => (variable ? [[variable.name, variable.type]] : [])));

/** The values of {@link factVariables}; that of an unknown fact is absent. */
export function factBindings(known: KnownFacts): Readonly<Record<string, unknown>> {
  const values: Readonly<Record<string, unknown>> = known;
  return Object.fromEntries(
    ALL_FACTS.flatMap(({ field, variable }) =>
      variable && values[field] !== undefined ? [[variable.name, variable.value(values[field])]] : [],
    ),
  );
}
