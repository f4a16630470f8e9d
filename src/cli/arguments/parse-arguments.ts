import { parseArgs, type ParseArgsConfig } from 'node:util';
import { NotUnderstood } from './usage-error.js';

/**
 * The options and positional arguments of a command. @throws NotUnderstood: the usage of the command is shown in place of the
 * library's message, which would repeat the input
 */
export function parseArguments<const Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch {
    throw new NotUnderstood();
  }
}
