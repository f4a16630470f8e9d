import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profiler } from 'node:inspector/promises';
import { measure } from '../load/window.ts';
import { warmUp } from '../measure/rounds.ts';
import type { Size } from '../measure/size.ts';
import type { Operation } from '../operations/operation.ts';
import type { Place } from '../place.ts';
import { type ServerName, start } from '../servers/servers.ts';
import { selfTime, type Share } from './self-time.ts';

const defaultFolder = join(import.meta.dirname, '..');

/** So many windows of a run in one. */
const WINDOWS = 4;

/** Runs one operation at one server, warm, and says where the server's main thread was; the profile itself goes into a folder `profiles`. */
export async function profile(
  place: Place,
  [operation, name]: readonly [Operation, ServerName],
  { size, out = defaultFolder }: { readonly size: Size; readonly out?: string },
): Promise<string> {
  const folder = join(out, 'profiles');
  const perLane = size.perLane(operation.perLane * WINDOWS);
  const server = await start(place, name);
  try {
    await warmUp(server, operation, size);
    const warm = await measure(server, operation, perLane);
    const { cpuMs } = await measure(server, operation, perLane, { prepared: () => server.process.ask('profile') });
    const { profile: taken } = await server.process.ask<{ profile: Profiler.Profile }>('profiled');
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${operation.name.replaceAll(' ', '-')}-${name}.cpuprofile`);
    await writeFile(file, JSON.stringify(taken));
    const { parts, functions } = selfTime(taken);
    return [
      `${operation.name} on ${name}: ${warm.cpuMs.toFixed(3)} ms of CPU, ${cpuMs.toFixed(3)} while it is profiled`,
      '',
      ...lines(parts, 25),
      '',
      ...lines(functions, 45),
      '',
      file,
    ].join('\n');
  } finally {
    await server.process.end();
  }
}

const lines = (shares: readonly Share[], most: number): string[] =>
  shares.slice(0, most).map(({ name, percent }) => `${percent.toFixed(1).padStart(5)} %  ${name}`);
