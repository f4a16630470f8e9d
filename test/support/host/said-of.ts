import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from './host.js';

/**
 * What the server logged of the request that this answers, but for the line that each request has: which comes last, and is
 * waited for, since what a process writes takes another way than its answers.
 */
export async function saidOf({ logs }: Pick<Host, 'logs'>, { headers }: Pick<Response, 'headers'>): Promise<string[]> {
  const requestId = headers.get('x-request-id');
  if (requestId === null) throw new Error('This answer names no request.');
  for (;;) {
    const lines = logs()
      .split('\n')
      .filter((line) => line.includes(requestId));
    const said = lines.filter((line) => !line.includes('"msg":"request"'));
    if (said.length < lines.length) return said;
    await delay(10);
  }
}
