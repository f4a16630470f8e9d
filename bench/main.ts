/**
 * bench: the cost of Gatehouse, compared with a bare oidc-provider, in one run (`npm run bench`).
 *
 * Owns the four compared servers, the load, and the report. CPU is that of each server alone, without the load and mongod. It
 * is reported as a ratio within a round, which cancels out the machine and its load. Never asserts speed, and no part of
 * Gatehouse knows of it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Arguments, readArguments, USAGE } from './arguments.ts';
import { rounds } from './measure/rounds.ts';
import { type Signatures, signatures } from './measure/signature.ts';
import { type Start, starts } from './measure/start.ts';
import { type StoreCalls, storeCalls } from './measure/store-calls.ts';
import { makePlace, type Place } from './place.ts';
import { profile } from './profile/profile.ts';
import { processResults } from './report/process.ts';
import { resultsOf } from './report/results.ts';
import { processTable, resultsTable } from './report/table.ts';
import { GATEHOUSES, type GatehouseName, SERVERS, start } from './servers/servers.ts';

const say = (line: string): void => console.error(line);

async function wholeRun(place: Place, { size, out }: Arguments): Promise<void> {
  say('store calls');
  const counted = GATEHOUSES.map(async (name) => [name, await storeCalls(place, name)] as const);
  const calls = new Map<GatehouseName, ReadonlyMap<string, StoreCalls>>(await Promise.all(counted));
  const started = new Map<GatehouseName, Start>();
  const signed = new Map<GatehouseName, Signatures>();
  for (const name of GATEHOUSES) {
    say(`${name}: signatures, starts`);
    const { env, ...taken } = await signatures(place, name, size);
    signed.set(name, taken);
    started.set(name, await starts(env, size));
  }

  const servers = await Promise.all(SERVERS.map((name) => start(place, name)));
  const results = resultsOf(await rounds(servers, size, say), calls);
  const process = processResults(started, signed);
  await Promise.all(servers.map((server) => server.process.end()));

  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(join(out, 'process.json'), `${JSON.stringify(process, null, 2)}\n`);
  console.log(`${resultsTable(results)}\n\n${processTable(process)}`);
}

async function run(asked: Arguments): Promise<void> {
  const place = await makePlace();
  try {
    if (asked.profile) console.log(await profile(place, asked.profile, asked));
    else await wholeRun(place, asked);
  } finally {
    await place.end();
  }
}

const asked = readArguments(process.argv.slice(2));
if (asked) await run(asked);
else {
  say(USAGE);
  process.exitCode = 2;
}
