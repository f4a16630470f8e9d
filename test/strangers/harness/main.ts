/** `./scripts/strangers [--store sqlite|mongodb] [NAME...]`: see stranger.ts. */
import { glob } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchChromium } from '../../support/chromium.js';
import { type Mongod, startMongod } from '../../support/mongod-process.js';
import { endAll } from './processes.js';
import type { Stranger } from './stranger.js';
import { tableOf } from './table.js';
import { type Result, tryStranger } from './try-stranger.js';

const strangers = join(dirname(import.meta.dirname));

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { store: { type: 'string' } }, allowPositionals: true });
  const { store = 'sqlite' } = values;
  if (store !== 'sqlite' && store !== 'mongodb') throw new Error('--store is sqlite or mongodb.');
  const known = await all();
  const unknown = positionals.filter((name) => !known.some((stranger) => stranger.name === name));
  if (unknown.length > 0) {
    throw new Error(`Unknown: ${unknown.join(', ')}. There are ${known.map(({ name }) => name).join(', ')}.`);
  }
  const chosen = positionals.length === 0 ? known : known.filter(({ name }) => positionals.includes(name));

  const mongod: Mongod | undefined = store === 'mongodb' ? await startMongod() : undefined;
  const browser = await launchChromium();
  const results: Result[] = [];
  try {
    for (const stranger of chosen) {
      const began = performance.now();
      const result = await tryStranger(stranger, browser, mongod?.url);
      results.push(result);
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      console.log(`${stranger.name}: ${result.failure === undefined ? 'in' : 'NOT IN'} (${seconds} s)`);
    }
  } finally {
    await browser.close();
    await endAll();
    await mongod?.end();
  }
  console.log(`\n${tableOf(results)}`);
  return results.every(({ failure }) => failure === undefined) ? 0 : 1;
}

async function all(): Promise<Stranger[]> {
  const found: Stranger[] = [];
  for await (const file of glob('*/stranger.ts', { cwd: strangers, exclude: ['harness'] })) {
    const { stranger } = (await import(join(strangers, file))) as { stranger: Stranger };
    found.push(stranger);
  }
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void endAll().finally(() => process.exit(1)));
}
try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
