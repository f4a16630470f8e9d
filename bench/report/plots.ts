/** The plots of docs/performance.md, from the files of results. */
import { type Bar, type BarGroup, barChart } from './bars.ts';
import { PEERS } from './goals.ts';
import type { ProcessResult, ThroughputResult } from './process.ts';
import type { Result } from './results.ts';

const COLOURS = { sqlite: '#2f81f7', mongodb: '#2da44e', peer: '#bf8700', goal: '#d1242f' };
const LEGEND = [
  ['SQLite', COLOURS.sqlite],
  ['MongoDB', COLOURS.mongodb],
] as const;
const GOAL = ['goal', COLOURS.goal] as const;

const nameOf = (store: string): 'sqlite' | 'mongodb' => (store.endsWith('sqlite') ? 'sqlite' : 'mongodb');

/** CPU relative to the bare provider, beside other providers. */
export function operationsPlot(results: readonly Result[]): string {
  const ours = results.filter(({ store, algorithm }) => store.startsWith('gatehouse-') && algorithm === 'default');
  const operations = [...new Set(ours.map(({ operation }) => operation))];
  const groups = operations.map((operation): BarGroup => {
    const own = ours
      .filter((each) => each.operation === operation)
      .map(({ store, cpuRatio, goal }): Bar => ({
        label: nameOf(store),
        value: cpuRatio,
        colour: COLOURS[nameOf(store)],
        ...(goal !== null && { goal }),
      }));
    const peers = (PEERS[operation] ?? []).map(([label, value]): Bar => ({
      label,
      value,
      note: label,
      colour: COLOURS.peer,
    }));
    return { label: operation, bars: [...own, ...peers] };
  });
  const title = 'CPU per operation, relative to a bare oidc-provider';
  const legend = [...LEGEND, ['Keycloak, Dex', COLOURS.peer] as const, GOAL];
  return barChart({ title, legend, groups, reference: 1, digits: 1 });
}

export function memoryPlot(results: readonly ProcessResult[]): string {
  const shown = results.filter(({ measure }) => measure.startsWith('memory'));
  const groups = [...new Set(shown.map(({ measure }) => measure))].map((measure) => ({
    label: measure.replace(' (MB)', ''),
    bars: shown
      .filter((each) => each.measure === measure)
      .map(({ store, median, goal }): Bar => ({
        label: nameOf(store),
        value: median,
        colour: COLOURS[nameOf(store)],
        ...(goal !== null && { goal }),
      })),
  }));
  return barChart({ title: 'Memory of a process, megabytes', legend: [...LEGEND, GOAL], groups, digits: 0 });
}

export function throughputPlot(results: readonly ThroughputResult[]): string {
  const groups = results.map(({ store, operation, one, two, goal }) => ({
    label: `${operation}, ${store.endsWith('sqlite') ? 'SQLite' : 'MongoDB'}`,
    bars: [
      { label: 'one process', value: one, colour: COLOURS.sqlite },
      { label: 'two processes', value: two, colour: COLOURS.mongodb, goal: one * goal },
    ],
  }));
  const legend = [['one process', COLOURS.sqlite] as const, ['two processes', COLOURS.mongodb] as const, GOAL];
  return barChart({ title: 'Requests a second, two cores with the load on them', legend, groups, digits: 0 });
}
