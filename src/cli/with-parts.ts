import type { InstallationOptions } from '../app/installation.js';
import { openParts, type Parts } from '../app/parts.js';
import type { Config } from '../config/config.js';

/** Runs the work on an open installation, and always closes it. @throws whatever `openParts` and the work throw */
export const withParts = async <T>(
  config: Config,
  work: (parts: Parts) => Promise<T>,
  options?: InstallationOptions,
): Promise<T> => closedAfter(await openParts(quiet(config), { ...options, isCommand: true }), work);

/** The output of a command says what happened. The log says it as well only to those who ask for details, and to a server's reader. */
const quiet = (config: Config): Config =>
  config.logLevel === 'info' || config.logLevel === 'warn' ? { ...config, logLevel: 'error' } : config;

/**
 * An error while closing is reported if the work succeeded, and never hides the work's own error. @throws what the work throws;
 * otherwise what closing throws
 */
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
