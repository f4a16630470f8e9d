import { pino } from 'pino';
import { GatehouseError } from '../../base/errors.js';
import type { Environment } from '../../config/config.js';
import { type Why, whyOf } from '../../http/refusals/because.js';

/**
 * Runs the server, and says in one line of the log why it could not start, before the error goes on to whoever prints it. The sentences of
 * configuration errors hold no secret.
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

/** As the setting has it; one that is wrong may be what is to be said. */
const isLogged = ({ GATEHOUSE_LOG_LEVEL: level }: Environment): boolean =>
  level === undefined || !['warn', 'error', 'fatal', 'silent'].includes(level);
