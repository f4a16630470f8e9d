import type { Config } from '../../config/config.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { exportCommand, readExportCommand } from './export.js';
import { listCommand, readListCommand } from './list.js';
import { publicKeyCommand, readPublicKeyCommand } from './public-key.js';
import { readShowCommand, showCommand } from './show.js';
import { readStreamCommand, streamCommand } from './stream.js';
import { readVerifyCommand, verifyCommand } from './verify.js';
import { readWebhookSecretCommand, webhookSecretCommand } from './webhook-secret.js';

/** A sub-command whose arguments were read; false ends the command with exit code 1. */
export type AuditCommand = (config: Config, out: Output) => Promise<boolean>;

/** Each reads its own arguments, and throws NotUnderstood before anything is opened. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => AuditCommand>> = {
  list: (args) => printing(readListCommand(args), listCommand),
  show: (args) => printing(readShowCommand(args), showCommand),
  export: (args) => printing(readExportCommand(args), exportCommand),
  stream: (args) => printing(readStreamCommand(args), streamCommand),
  'public-key': (args) => printing(readPublicKeyCommand(args), publicKeyCommand),
  'webhook-secret': (args) => printing(readWebhookSecretCommand(args), webhookSecretCommand),
  verify(args) {
    const command = readVerifyCommand(args);
    return (config, out) => verifyCommand(command, config, out);
  },
};

/** One that only prints, and succeeds. */
const printing =
  <C>(command: C, run: (command: C, config: Config, out: Output) => Promise<void>): AuditCommand =>
  async (config, out) => {
    await run(command, config, out);
    return true;
  };

/** @throws NotUnderstood */
export function readAuditCommand([action = '', ...args]: readonly string[]): AuditCommand {
  const read = Object.hasOwn(COMMANDS, action) ? COMMANDS[action] : undefined;
  if (!read) throw new NotUnderstood();
  return read(args);
}
