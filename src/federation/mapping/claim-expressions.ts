import { expressionsOver, textsOver } from '../../base/expressions/compiled-expressions.js';
import type { Problem } from '../../base/problems/problem.js';
import { type UpstreamClaims, claimValues } from './claim-values.js';
import type { MappedField } from './rules/mapped-fields.js';

/** Each claim with its values, smallest first. */
const VARIABLES = { claims: 'map<string, list<string>>' } as const;

const conditions = expressionsOver(VARIABLES);
const texts = textsOver(VARIABLES);

/** Why this is no expression for a field of this type; undefined if it is one. */
export function expressionFault(source: string, type: MappedField['type']): Problem | undefined {
  const compiled = type === 'boolean' ? conditions(source) : texts(source);
  return compiled.ok ? undefined : compiled.fault;
}

/**
 * The value of an expression; undefined if it has none, such as one that reads an absent claim. It sees the claims that it names,
 * so that a large claim of no interest to it (a photo) does not take its value away. Pure, never throws.
 */
export function expressionValue(
  source: string,
  type: MappedField['type'],
  claims: UpstreamClaims,
): string | boolean | undefined {
  const named = [...claims.keys()].filter((name) => source.includes(name));
  const bindings = { claims: new Map(named.map((name) => [name, claimValues(claims, name)])) };
  if (type === 'text') {
    const compiled = texts(source);
    return compiled.ok ? compiled.value.text(bindings) : undefined;
  }
  const compiled = conditions(source);
  const value = compiled.ok ? compiled.value.evaluate(bindings) : 'missing';
  return value === 'missing' ? undefined : value;
}
