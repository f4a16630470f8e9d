import type { Instant } from '../base/clock.js';
import type { Client } from '../realm/client.js';
import { compareSecret } from '../realm/client-secret.js';

/** The resource servers that a caller is, by their identifiers. */
export interface Caller {
  readonly clientId: string;
  readonly audiences: readonly string[];
}

/**
 * Who asks, by HTTP Basic with the secret of a client (RFC 6749 2.3.1) that is a resource server here (its `introspects`). Undefined for
 * everybody else: which of the two it was is not said.
 */
export async function callerOf(
  authorization: string | undefined,
  clients: { get(id: string): Promise<Client | undefined> },
  at: Instant,
): Promise<Caller | undefined> {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [id, secret] = Buffer.from(encoded, 'base64').toString().split(/:(.*)/s).map(formDecoded);
  if (id === undefined || secret === undefined || id === '') return undefined;
  const client = await clients.get(id);
  if (client?.authentication !== 'client_secret_basic' || !compareSecret(client, secret, at)) return undefined;
  const audiences = client.introspects ?? [];
  return audiences.length > 0 ? { clientId: client.id, audiences } : undefined;
}

/** Both halves are form-encoded before they are joined. */
function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
