/** The nodes that a node leads to directly. */
export type Edges = (node: string) => Iterable<string>;

/** Every node that these lead to, themselves included, the nearest first. A cycle is harmless. */
export function reachable(from: Iterable<string>, edges: Edges): ReadonlySet<string> {
  const found = new Set(from);
  // Iterating over a set also visits entries that are added meanwhile.
  for (const node of found) for (const next of edges(node)) found.add(next);
  return found;
}

/** A shortest path between two nodes, both included; undefined if there is none. */
export function findPath(from: string, to: string, edges: Edges): readonly string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const node of cameFrom.keys()) {
    if (node === to) return pathTo(node, cameFrom);
    for (const next of edges(node)) if (!cameFrom.has(next)) cameFrom.set(next, node);
  }
  return undefined;
}

function pathTo(end: string, cameFrom: ReadonlyMap<string, string | undefined>): string[] {
  const path: string[] = [];
  for (let node: string | undefined = end; node !== undefined; node = cameFrom.get(node)) path.unshift(node);
  return path;
}

/** A path that leads from a node back to itself, that node first and last; undefined if there is none. */
export function findCycle(nodes: Iterable<string>, edges: Edges): readonly string[] | undefined {
  const done = new Set<string>();
  const onPath = new Set<string>();
  const step = (node: string) => {
    onPath.add(node);
    return { node, next: [...edges(node)] };
  };
  for (const start of nodes) {
    // A list of its own instead of recursion: the depth is up to whoever wrote the data.
    const path = done.has(start) ? [] : [step(start)];
    for (let last = path.at(-1); last; last = path.at(-1)) {
      const node = last.next.shift();
      if (node === undefined) {
        done.add(last.node);
        onPath.delete(last.node);
        path.pop();
        continue;
      }
      if (onPath.has(node)) {
        const names = path.map((each) => each.node);
        return [...names.slice(names.indexOf(node)), node];
      }
      if (!done.has(node)) path.push(step(node));
    }
  }
  return undefined;
}

/** The edges in the other direction: for each node, the nodes that lead to it directly. */
export function reversed(
  edges: Iterable<readonly [from: string, to: string]>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const back = new Map<string, Set<string>>();
  for (const [from, to] of edges) {
    const known = back.get(to);
    if (known) known.add(from);
    else back.set(to, new Set([from]));
  }
  return back;
}
