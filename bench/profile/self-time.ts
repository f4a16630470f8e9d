/** Where a profile's time went, by whose code it is. */
import type { Profiler } from 'node:inspector/promises';

export interface Share {
  readonly name: string;
  /** Of what was not idle. */
  readonly percent: number;
}

/**
 * The self time of a profile: by part (a package, a part of Gatehouse's, a module of Node's, the garbage collector) and by function. It is the main
 * thread's; the writer thread of SQLite and libuv's pool are not in it.
 */
export function selfTime(profile: Profiler.Profile): { readonly parts: Share[]; readonly functions: Share[] } {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parts = new Map<string, number>();
  const functions = new Map<string, number>();
  let whole = 0;
  profile.samples?.forEach((id, at) => {
    const frame = frames.get(id);
    const took = profile.timeDeltas?.[at] ?? 0;
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

function partOf({ url, functionName }: Profiler.Profile['nodes'][number]['callFrame']): string {
  const installed = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (installed !== undefined) return installed;
  const ours = /\/dist\/(storage\/(?:mongo|sqlite)|[^/]+)/.exec(url)?.[1];
  if (ours !== undefined) return `gatehouse ${ours}`;
  if (url.includes('/bench/')) return 'bare provider';
  if (url.startsWith('node:')) return url.replace(/^node:(internal\/)?/, 'node ').replace(/\/.*/, '');
  return functionName.startsWith('(') ? functionName : 'native';
}

const placeOf = ({ url, lineNumber }: Profiler.Profile['nodes'][number]['callFrame']): string =>
  url === '' ? '' : `${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`;
