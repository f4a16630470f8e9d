import { pino } from 'pino';
import { GatehouseError } from '../../base/errors.js';
import type { Environment } from '../../config/config.js';
import { type Why, whyOf } from '../../http/refusals/because.js';

/**
 * Runs the server, and logs in one line why it could not start, before the error is printed. The messages of configuration
 * errors contain no secrets.
 *
 * @throws what `serve` throws
 */
export async function logStartRefused(env: Environment, serve: () => Promise<void>): Promise<void> {
  try {
    await serve();
  } catch (error) {
    const why = reasonOf(error);
    if (why && isLogged(env)) pino().info({ endpoint: 'start', ...why }, 'not started');
    throw error;
  }
}

function reasonOf(error: unknown): Why | undefined {
  if (!(error instanceof GatehouseError)) return undefined;
  const reason = error.code === 'store-unavailable' ? 'store-unreachable' : 'configuration-wrong';
  return { reason: whyOf(error)?.reason ?? reason, words: error.message.slice(0, LONGEST) };
}

const LONGEST = 2000;

/** As configured; an invalid level may be the very error to report. */
const isLogged = ({ GATEHOUSE_LOG_LEVEL: level }: Environment): boolean =>
  level === undefined || !['warn', 'error', 'fatal', 'silent'].includes(level);
