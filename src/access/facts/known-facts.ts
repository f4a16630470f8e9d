import type { TrustedFact } from '../../realm/resource-servers/resource-server.js';
import type { AnyFact, FactSources, FactValues, FieldsRead } from './fact.js';
import { ALL_FACTS, type ListedFact, type StatedFields } from './facts.js';

/** The known facts of a question, by their fields in its context. */
export type KnownFacts = FactValues<ListedFact>;
type Stated = FieldsRead<StatedFields>;

/** The fields of `context` that state facts, with the kinds of their content. */
export const statedFields = (): StatedFields =>
  Object.assign({}, ...ALL_FACTS.map(({ stated }) => stated?.fields)) as StatedFields;

/** The facts that are accepted from a resource server with this trust. */
export const acceptedFacts = (context: Stated, trusted: ReadonlySet<TrustedFact>): KnownFacts =>
  valuesBy(({ stated }) => (stated && trusted.has(stated.trust) ? stated.read(context) : undefined));

/** The fields that state a fact for which this trust is needed. */
export function fieldsStating(trust: TrustedFact, context: Stated): string[] {
  const values: Readonly<Record<string, unknown>> = context;
  return ALL_FACTS.flatMap(({ stated }) => {
    const [first] = stated?.trust === trust ? Object.keys(stated.fields) : [];
    return first !== undefined && values[first] !== undefined ? first : [];
  });
}

/**
 * The known facts, with those that can be found.
 *
 * @param isRead whether a limitation of this kind may be read. A fact that nothing reads is not looked up.
 */
export async function withFoundFacts(
  known: KnownFacts,
  sources: FactSources,
  isRead: (limitation: string) => boolean,
): Promise<KnownFacts> {
  const values = new Map<string, unknown>(Object.entries(known));
  for (const { field, found, variable } of ALL_FACTS) {
    if (!found || values.has(field)) continue;
    const readers = [...found.limitations, ...(variable ? ['expression'] : [])];
    if (!readers.some(isRead)) continue;
    const value = await found.find(Object.fromEntries(values), sources);
    if (value !== undefined) values.set(field, value);
  }
  return Object.fromEntries(values);
}

/** The facts that have a value. */
export function valuesBy(valueOf: (fact: AnyFact) => unknown): KnownFacts {
  const values = ALL_FACTS.map((fact) => [fact.field, valueOf(fact)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}
