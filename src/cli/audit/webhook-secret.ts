import { STREAM_NAME } from '../../audit/streams/stream-cursor.js';
import type { Config } from '../../config/config.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { withParts } from '../with-parts.js';

/** @throws NotUnderstood */
export function readWebhookSecretCommand([name, ...rest]: readonly string[]): string {
  if (name === undefined || rest.length > 0 || !STREAM_NAME.test(name)) throw new NotUnderstood();
  return name;
}

/** Prints the secret of a webhook. @throws GatehouseError `bad-configuration`, StoreUnavailable */
export async function webhookSecretCommand(name: string, config: Config, out: Output): Promise<void> {
  await withParts(config, async ({ realm, auditKeys, settings }) => {
    const { audit } = await settings.get();
    const secretVersion = audit.streams.find((configured) => configured.name === name)?.secretVersion ?? 1;
    out.line(auditKeys.webhookSecret([realm.id, name, secretVersion]));
  });
}
