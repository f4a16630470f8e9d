import type { Instant } from '../../base/clock.js';
import type { OptionRead } from './fact.js';
import { ALL_FACTS } from './facts.js';
import { type KnownFacts, valuesBy } from './known-facts.js';

/** The options of `gatehouse decide` that state facts, with their help. */
export const factOptions = (): readonly { readonly name: string; readonly help: string }[] =>
  ALL_FACTS.flatMap(({ option }) => option ?? []);

/** Why an option states no fact. */
export type OptionFault = { readonly option: string; readonly text: string } & Exclude<
  OptionRead<unknown>,
  { readonly ok: true }
>;

/** The facts that options state. @param texts by the names of options */
export function factsOfOptions(
  texts: ReadonlyMap<string, string>,
  at: Instant,
): { readonly values: KnownFacts; readonly faults: readonly OptionFault[] } {
  const faults: OptionFault[] = [];
  const values = valuesBy(({ option }) => {
    const text = option && texts.get(option.name);
    if (option === undefined || text === undefined) return undefined;
    const read = option.read(text, at);
    if (read.ok) return read.value;
    faults.push({ option: option.name, text, ...read });
    return undefined;
  });
  return { values, faults };
}
