import type { InstallationOptions } from '../app/installation.js';
import { openParts, type Parts } from '../app/parts.js';
import type { Config } from '../config/config.js';

/** Runs the work on an open installation, and closes it however the work ends. @throws whatever `openParts` and the work throw */
export const withParts = async <T>(
  config: Config,
  work: (parts: Parts) => Promise<T>,
  options?: InstallationOptions,
): Promise<T> => closedAfter(await openParts(config, options), work);

/** An error while closing is told where the work went well, and never hides the work's own. @throws what the work throws; else what closing does */
export async function closedAfter<O extends { close(): Promise<void> }, T>(
  open: O,
  work: (open: O) => Promise<T>,
): Promise<T> {
  let done: T;
  try {
    done = await work(open);
  } catch (error) {
    await open.close().catch(() => undefined);
    throw error;
  }
  await open.close();
  return done;
}
