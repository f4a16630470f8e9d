import { setTimeout as delay } from 'node:timers/promises';

/** Resolves when the server reports that it is ready. */
export async function ready(issuer: string): Promise<void> {
  while (!(await fetch(`${issuer}/readyz`).catch(() => undefined))?.ok) await delay(5);
}
