/**
 * bench: the cost of Gatehouse, compared with a bare oidc-provider, in one run (`npm run bench`).
 *
 * Owns the four compared servers, the load, and the report. CPU is that of each server alone, without the load and mongod. It
 * is reported as a ratio within a round, which cancels out the machine and its load. Never asserts speed, and no part of
 * Gatehouse knows of it.
 */
import { type Arguments, readArguments, USAGE } from './arguments.ts';
import { memoryAfterFlood } from './measure/flood.ts';
import { measureRows, rowsOf } from './measure/rounds.ts';
import { signatures } from './measure/signature.ts';
import type { Size } from './measure/size.ts';
import { starts } from './measure/start.ts';
import { type StoreCalls, storeCalls } from './measure/store-calls.ts';
import { throughput } from './measure/throughput.ts';
import type { Operation } from './operations/operation.ts';
import { OPERATIONS } from './operations/operations.ts';
import { makePlace, type Place } from './place.ts';
import { profile } from './profile/profile.ts';
import { type ProcessFigures, processResults, throughputResults } from './report/process.ts';
import { type Result, resultsOf } from './report/results.ts';
import { processTable, resultsTable } from './report/table.ts';
import { writeReport } from './report/write-report.ts';
import { GATEHOUSES, type GatehouseName } from './servers/servers.ts';

const began = performance.now();
const say = (line: string): void =>
  console.error(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${line}`);

async function measured(place: Place, operations: readonly Operation[], size: Size): Promise<Result[]> {
  say('store calls');
  const counted = GATEHOUSES.map(async (name) => [name, await storeCalls(place, name, operations)] as const);
  const calls = new Map<GatehouseName, ReadonlyMap<string, StoreCalls>>(await Promise.all(counted));
  return resultsOf(await measureRows(place, rowsOf(operations), size, say), calls);
}

async function processFigures(place: Place, name: GatehouseName, size: Size): Promise<ProcessFigures> {
  say(`${name}: signatures`);
  const { env, ...signed } = await signatures(place, name, size);
  say(`${name}: starts`);
  const start = await starts(env, size);
  say(`${name}: flood`);
  const afterFlood = await memoryAfterFlood(env, size);
  say(`${name}: one process and two`);
  return { start, afterFlood, signatures: signed, throughput: await throughput(place, name, size) };
}

async function wholeRun(place: Place, { size, out }: Arguments): Promise<void> {
  const results = await measured(place, OPERATIONS, size);
  console.log(resultsTable(results));
  const figures = new Map<GatehouseName, ProcessFigures>();
  for (const name of GATEHOUSES) figures.set(name, await processFigures(place, name, size));
  const [processes, compared] = [processResults(figures), throughputResults(figures)];
  console.log(`\n${processTable(processes, compared)}`);
  await writeReport({ results, processes, throughput: compared }, out);
  say('done');
}

async function run(asked: Arguments): Promise<void> {
  const place = await makePlace();
  try {
    if (asked.profile) console.log(await profile(place, asked.profile, asked));
    else if (asked.only) console.log(resultsTable(await measured(place, asked.only, asked.size)));
    else await wholeRun(place, asked);
  } finally {
    await place.end();
  }
}

const asked = readArguments(process.argv.slice(2));
if (asked) await run(asked);
else {
  console.error(USAGE);
  process.exitCode = 2;
}
