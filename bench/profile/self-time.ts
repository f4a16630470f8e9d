/** Where a profile's time went, by owner of the code. */
import type { Profiler } from 'node:inspector/promises';

type Frame = Profiler.Profile['nodes'][number]['callFrame'];

export interface Share {
  readonly name: string;
  /** Of the busy time. */
  readonly percent: number;
}

/**
 * The self time of a profile: by component (a package, a module of Gatehouse, Node, the garbage collector) and by function.
 * Node's work for a function (a signature, a write, JSON) counts as that function's own. Covers the main thread only, without
 * the writer thread of SQLite and libuv's pool.
 */
export function selfTime({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): {
  readonly parts: Share[];
  readonly functions: Share[];
} {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  /** The function that called it. */
  const charged = (id: number): Frame | undefined => {
    const own = frames.get(id);
    for (let at: number | undefined = id; at !== undefined; at = callers.get(at)) {
      const frame = frames.get(at);
      if (frame && !isNode(frame)) return frame;
    }
    return own;
  };

  const parts = new Map<string, number>();
  const functions = new Map<string, number>();
  let whole = 0;
  samples.forEach((id, at) => {
    const frame = charged(id);
    const took = timeDeltas[at] ?? 0;
    if (!frame || frame.functionName === '(idle)') return;
    whole += took;
    const part = partOf(frame);
    parts.set(part, (parts.get(part) ?? 0) + took);
    const called = `${part}  ${frame.functionName || '(anonymous)'}  ${placeOf(frame)}`;
    functions.set(called, (functions.get(called) ?? 0) + took);
  });
  const shares = (of: ReadonlyMap<string, number>): Share[] =>
    [...of].map(([name, took]) => ({ name, percent: (took / whole) * 100 })).sort((a, b) => b.percent - a.percent);
  return { parts: shares(parts), functions: shares(functions) };
}

const isNode = ({ url }: Frame): boolean => url === '' || url.startsWith('node:');

function partOf(frame: Frame): string {
  const { url, functionName } = frame;
  if (functionName.startsWith('(') && url === '') return functionName;
  if (isNode(frame)) return 'node';
  const installed = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (installed !== undefined) return installed;
  const ours = /\/dist\/(storage\/(?:mongo|sqlite)|[^/]+)/.exec(url)?.[1];
  return ours === undefined ? 'bare provider' : `gatehouse ${ours}`;
}

const placeOf = ({ url, lineNumber }: Frame): string =>
  url === '' ? '' : `${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`;
