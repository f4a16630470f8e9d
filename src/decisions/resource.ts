import type { Resource } from '../access/evaluation/evaluation-context.js';
import type { Snapshot } from '../access/evaluation/snapshot.js';
import type { ResourceInstance } from '../realm/resource-servers/resource-server.js';
import type { Evaluation } from './evaluation.js';
import type { ResolveName } from './named.js';
import { withoutNull } from './wanted.js';

/**
 * The resource of a question: the resource server's declaration, overridden by the question's own properties. Groups are named;
 * Gatehouse adds the groups above them.
 */
export function resourceOf(
  { type, id, properties = {} }: Evaluation['resource'],
  audience: string,
  snapshot: Snapshot,
  idOf: ResolveName,
): Resource {
  const declared = snapshot.resourceServers
    .get(audience)
    ?.instances?.find((instance) => instance.type === type && instance.id === id);
  const { owner, within = declared?.within, ...said } = properties;
  const groups = Array.isArray(within) ? within : [];
  const ids = [...snapshot.groups.values()].filter(({ name }) => groups.includes(name)).map((group) => group.id);
  return {
    type,
    id,
    ...(typeof owner === 'string' && { owner: idOf(owner) }),
    ...(within !== undefined && { within: withAbove(ids, snapshot) }),
    attributes: { ...(declared && attributesOf(declared)), ...withoutNull(said) },
  };
}

const attributesOf = ({ attributes }: ResourceInstance): Record<string, string | string[]> => {
  const byName = Map.groupBy(attributes, ({ name }) => name);
  return Object.fromEntries(
    [...byName].map(([name, [first, ...more]]) => [
      name,
      more.length === 0 ? (first?.value ?? '') : [first, ...more].flatMap((one) => one?.value ?? []),
    ]),
  );
};

function withAbove(ids: readonly string[], snapshot: Snapshot): string[] {
  const all = new Set<string>();
  const waiting = [...ids];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (all.has(id)) continue;
    all.add(id);
    const assignments = snapshot.groups.get(id)?.assignments ?? [];
    waiting.push(...assignments.flatMap(({ kind, target }) => (kind === 'membership' ? target : [])));
  }
  return [...all];
}
