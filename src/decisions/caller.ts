import { type Instant, now } from '../base/clock.js';
import { type Client, takesSecretBy } from '../realm/client.js';
import { compareSecret } from '../realm/client-secret.js';
import { GATEHOUSE_API } from '../realm/resource-server.js';

/** Who asks, and the resource servers that it is, by their identifiers. */
export interface Caller {
  readonly client: Client;
  readonly audiences: readonly string[];
}

/** What came of asking who it is. Of those that are unknown nobody is told which of the reasons it was. */
export type Asking =
  | { readonly kind: 'known'; readonly caller: Caller }
  | { readonly kind: 'nobody' }
  /** A token was shown, and opens nothing here. */
  | { readonly kind: 'token-refused'; readonly why: 'invalid' | 'bound' }
  | { readonly kind: 'throttled'; readonly until: Instant };

export interface CallerSources {
  readonly clients: { get(id: string): Promise<Client | undefined> };
  /** What an access token says that a client got for itself; undefined: it is none, or not alive. */
  readonly ownToken: (
    presented: string,
  ) => Promise<
    | { readonly clientId: string; readonly audience?: string | undefined; readonly boundTo?: string | undefined }
    | undefined
  >;
  readonly throttle: {
    secretDelay(clientId: string, address: string): Promise<Instant | undefined>;
    secretFailed(clientId: string, address: string, secret: string): Promise<void>;
  };
}

/**
 * Who asks: a client that is a resource server here (its `introspects`), by HTTP Basic with its secret (RFC 6749 2.3.1), or by an access
 * token that it got for itself at Gatehouse's own audience (RFC 6750).
 *
 * Wrong secrets are slowed down by client and address. The token endpoint does not do that: secrets are generated, or have 32 characters
 * at least, and nobody guesses those at any speed. Here each try would cost next to nothing, so it is the place to try many.
 */
export function callerOf(authorization: string | undefined, address: string, sources: CallerSources): Promise<Asking> {
  const [, scheme = '', shown = ''] = /^(\S+) +(\S+)$/.exec(authorization ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'basic':
      return bySecret(shown, address, sources);
    case 'bearer':
    case 'dpop':
      return byToken(shown, sources);
    default:
      return Promise.resolve(NOBODY);
  }
}

const NOBODY: Asking = { kind: 'nobody' };

async function bySecret(encoded: string, address: string, { clients, throttle }: CallerSources): Promise<Asking> {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return NOBODY;
  const [id, secret] = Buffer.from(encoded, 'base64').toString().split(/:(.*)/s).map(formDecoded);
  if (id === undefined || secret === undefined || id === '') return NOBODY;
  const [until, client] = await Promise.all([throttle.secretDelay(id, address), clients.get(id)]);
  if (until !== undefined) return { kind: 'throttled', until };
  if (!client || !takesSecretBy(client, 'client_secret_basic') || !compareSecret(client, secret, now())) {
    await throttle.secretFailed(id, address, secret);
    return NOBODY;
  }
  return resourceServer(client) ?? NOBODY;
}

/** Never a user's token: it says who somebody is, not who asks. What is taken from the client ends its tokens here at once. */
async function byToken(presented: string, { clients, ownToken }: CallerSources): Promise<Asking> {
  const refused: Asking = { kind: 'token-refused', why: 'invalid' };
  const token = await ownToken(presented);
  if (token?.audience !== GATEHOUSE_API) return refused;
  if (token.boundTo !== undefined) return { kind: 'token-refused', why: 'bound' };
  const client = await clients.get(token.clientId);
  return (client?.resourceServers.includes(GATEHOUSE_API) && resourceServer(client)) || refused;
}

function resourceServer(client: Client): Asking | undefined {
  const audiences = client.introspects ?? [];
  return audiences.length > 0 ? { kind: 'known', caller: { client, audiences } } : undefined;
}

/** Both halves are form-encoded before they are joined. */
function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
