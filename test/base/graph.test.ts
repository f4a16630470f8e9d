import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Edges, findCycle, findPath, reachable, reversed } from '../../src/base/graph.js';

const edgesOf =
  (graph: Readonly<Record<string, readonly string[]>>): Edges =>
  (node) =>
    graph[node] ?? [];

const small = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 3 }),
  { noNullPrototype: true },
);

/** Every path of at least one step from a node, without a node twice but for the last. */
function paths(graph: Readonly<Record<string, readonly string[]>>, path: readonly string[]): readonly string[][] {
  return (graph[path.at(-1) ?? ''] ?? []).flatMap((next) =>
    path.includes(next) ? [[...path, next]] : [[...path, next], ...paths(graph, [...path, next])],
  );
}

describe('in a graph', () => {
  test('the nearest nodes come first, and each once', () => {
    const edges = edgesOf({ a: ['b', 'c'], b: ['d'], c: ['d', 'a'], d: ['b'] });
    expect([...reachable(['a'], edges)]).toEqual(['a', 'b', 'c', 'd']);
    expect([...reachable(['d', 'c'], edges)]).toEqual(['d', 'c', 'b', 'a']);
    expect([...reachable([], edges)]).toEqual([]);
  });

  test('what is reachable, and the shortest path to it, are those of all paths', () => {
    fc.assert(
      fc.property(small, fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'd', 'e'), (graph, from, to) => {
        const all = paths(graph, [from]);
        expect(reachable([from], edgesOf(graph))).toEqual(new Set([from, ...all.flat()]));
        const path = findPath(from, to, edgesOf(graph));
        const lengths = [...(from === to ? [1] : []), ...all.filter((each) => each.at(-1) === to).map((e) => e.length)];
        expect(path?.length).toBe(lengths.length === 0 ? undefined : Math.min(...lengths));
        if (path) expect([path[0], path.at(-1)]).toEqual([from, to]);
        path?.slice(1).forEach((next, i) => expect(graph[path[i] ?? '']).toContain(next));
      }),
    );
  });

  test('a cycle is found exactly where there is one, and is one', () => {
    fc.assert(
      fc.property(small, (graph) => {
        const cycle = findCycle(Object.keys(graph), edgesOf(graph));
        const isThere = Object.keys(graph).some((node) => paths(graph, [node]).some((path) => path.at(-1) === node));
        expect(cycle !== undefined).toBe(isThere);
        if (cycle) {
          expect(cycle[0]).toBe(cycle.at(-1));
          expect(new Set(cycle).size).toBe(cycle.length - 1);
        }
        cycle?.slice(1).forEach((next, i) => expect(graph[cycle[i] ?? '']).toContain(next));
      }),
    );
  });

  test('depth is no limit', () => {
    const depth = 50_000;
    const next = (node: string): string[] => (Number(node) < depth ? [String(Number(node) + 1)] : []);
    expect(reachable(['0'], next).size).toBe(depth + 1);
    expect(findPath('0', String(depth), next)).toHaveLength(depth + 1);
    expect(findCycle(['0'], next)).toBeUndefined();
    expect(findCycle(['0'], (node) => (node === String(depth) ? ['7'] : next(node)))?.[0]).toBe('7');
  });

  test('edges can be reversed', () => {
    const back = reversed([
      ['a', 'c'],
      ['b', 'c'],
      ['a', 'b'],
    ]);
    expect([...(back.get('c') ?? [])]).toEqual(['a', 'b']);
    expect(back.get('a')).toBeUndefined();
  });
});
