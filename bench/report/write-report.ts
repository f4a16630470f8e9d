import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Report, withReadmeTable, withReport } from './page.ts';
import { memoryPlot, operationsPlot, throughputPlot } from './plots.ts';

const root = join(import.meta.dirname, '../..');

/** The files of results and the plots. @param out absent: where the repository keeps them, and the pages that show them too */
export async function writeReport(report: Report, out: string | undefined): Promise<void> {
  const [data, plots] = out === undefined ? [join(root, 'bench'), join(root, 'docs/plots')] : [out, out];
  await Promise.all([data, plots].map((folder) => mkdir(folder, { recursive: true })));
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  await writeFile(join(data, 'results.json'), json(report.results));
  await writeFile(join(data, 'process.json'), json(report.processes));
  await writeFile(join(data, 'throughput.json'), json(report.throughput));
  await writeFile(join(plots, 'operations.svg'), operationsPlot(report.results));
  await writeFile(join(plots, 'memory.svg'), memoryPlot(report.processes));
  await writeFile(join(plots, 'throughput.svg'), throughputPlot(report.throughput));
  if (out !== undefined) return;
  for (const [file, rewritten] of [
    ['docs/performance.md', withReport],
    ['README.md', withReadmeTable],
  ] as const) {
    const path = join(root, file);
    await writeFile(path, rewritten(await readFile(path, 'utf8'), report));
  }
}
