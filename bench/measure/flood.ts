import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../../test/support/application.ts';
import { expected, send } from '../load/send.ts';
import { APPLICATION, ASKED } from '../realm.ts';
import { startProgram } from '../servers/program.ts';
import type { Size } from './size.ts';

/** The concurrent requests of a flood. */
const AT_ONCE = 40;

/** Megabytes of a process after authorization requests that nobody continues, from one address, and a while of quiet. */
export async function memoryAfterFlood(env: Readonly<Record<string, string>>, size: Size): Promise<number> {
  const program = await startProgram(env);
  try {
    const issuer = env['GATEHOUSE_ISSUER'] ?? '';
    let sent = 0;
    const lane = async (): Promise<void> => {
      while (sent < size.flood) {
        sent++;
        expected(303, await send(ask({ issuer }, APPLICATION, ASKED).url));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    await delay(size.afterFloodMs);
    return await program.memory();
  } finally {
    await program.end();
  }
}
