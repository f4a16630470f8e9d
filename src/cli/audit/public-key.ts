import type { Config } from '../../config/config.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { withParts } from '../with-parts.js';

/** @throws NotUnderstood */
export function readPublicKeyCommand([keyId, ...rest]: readonly string[]): string | undefined {
  if (rest.length > 0) throw new NotUnderstood();
  return keyId;
}

/** Prints a public audit key in PEM; without a name that of the current one. @throws GatehouseError `bad-configuration` */
export async function publicKeyCommand(keyId: string | undefined, config: Config, out: Output): Promise<void> {
  await withParts(config, async ({ auditKeys }) => {
    for (const line of auditKeys.publicKey(keyId).trim().split('\n')) out.line(line);
  });
}
