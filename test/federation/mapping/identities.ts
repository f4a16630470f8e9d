import { type Mapping, mappingInput } from '../../../src/federation/mapping/mapping-input.js';
import { type Problem } from '../../../src/base/problems/problem.js';
import { readInput } from '../../../src/base/problems/read-input.js';
import type { UpstreamGroup, UpstreamIdentity } from '../../../src/identity/userstores/password-connector.js';

/** A mapping as an administrator writes it. */
export const mappingOf = (written: unknown): Mapping => mappingInput.parse(written);

/** What is wrong with a mapping. */
export function faultsOf(written: unknown): readonly Pick<Problem, 'code' | 'path'>[] {
  const read = readInput(mappingInput, written);
  return read.ok ? [] : read.problems.map(({ code, path }) => ({ code, path }));
}

/** An identity with these claims. */
export const identityOf = (
  claims: Readonly<Record<string, string | readonly string[]>>,
  more: { readonly groups?: readonly UpstreamGroup[]; readonly level?: string } = {},
): UpstreamIdentity => ({
  subject: 'f3b8',
  claims: new Map(Object.entries(claims).map(([name, value]) => [name, typeof value === 'string' ? [value] : value])),
  ...more,
});
