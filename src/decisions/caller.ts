import { type Instant, now } from '../base/clock.js';
import { basicCredentials } from '../http/request/basic-credentials.js';
import type { Why } from '../http/refusals/because.js';
import { type Reason, REASONS } from '../http/refusals/reasons.js';
import { type Client, takesSecretBy } from '../realm/clients/client.js';
import { compareSecret } from '../realm/clients/client-secret.js';
import { GATEHOUSE_API } from '../realm/resource-servers/resource-server.js';

/** The caller, and the identifiers of its resource servers. */
export interface Caller {
  readonly client: Client;
  readonly audiences: readonly string[];
}

/** The result of authenticating the caller. An unknown caller does not learn which of the reasons applied. */
export type CallerResult =
  | { readonly kind: 'known'; readonly caller: Caller }
  | ({ readonly kind: 'nobody' } & RefusedCaller)
  /** A token was presented that is not valid here. */
  | ({ readonly kind: 'token-refused'; readonly why: 'invalid' | 'bound' } & RefusedCaller)
  | ({ readonly kind: 'throttled'; readonly until: Instant } & RefusedCaller);

/** For the log: the reason, and the client if known. */
interface RefusedCaller {
  readonly because: Why;
  readonly client?: string | undefined;
}

export interface CallerSources {
  readonly clients: { get(id: string): Promise<Client | undefined> };
  /** The contents of a client's own access token; undefined if it is not one, or not valid. */
  readonly ownToken: (
    presented: string,
  ) => Promise<
    | { readonly clientId: string; readonly audiences: readonly string[]; readonly boundTo?: string | undefined }
    | undefined
  >;
  readonly throttle: {
    secretDelay(clientId: string, address: string): Promise<Instant | undefined>;
    secretFailed(clientId: string, address: string, secret: string): Promise<void>;
  };
}

/**
 * Authenticates the caller: a client that is a resource server here (its `introspects`), by HTTP Basic with its secret (RFC
 * 6749 2.3.1), or by an access token that it got for itself at Gatehouse's own audience (RFC 6750).
 *
 * Wrong secrets are throttled by client and address. The token endpoint does not do that: secrets are generated, or have at
 * least 32 characters, so guessing them is hopeless. Here each attempt would cost almost nothing, so this would be the place to
 * try many.
 */
export function callerOf(
  authorization: string | undefined,
  address: string,
  sources: CallerSources,
): Promise<CallerResult> {
  const [, scheme = '', shown = ''] = /^(\S+) +(\S+)$/.exec(authorization ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'basic':
      return bySecret(authorization ?? '', address, sources);
    case 'bearer':
    case 'dpop':
      return byToken(shown, sources);
    default:
      return Promise.resolve(nobody('not-authenticated', 'no client authentication was sent'));
  }
}

const nobody = (reason: Reason, words: string, client?: string): CallerResult => ({
  kind: 'nobody',
  because: { reason, words },
  client,
});

async function bySecret(header: string, address: string, { clients, throttle }: CallerSources): Promise<CallerResult> {
  const credentials = basicCredentials(header);
  if (!credentials) return nobody('authentication-malformed', 'the Basic credentials cannot be read');
  const { id, secrets } = credentials;
  const [until, client] = await Promise.all([throttle.secretDelay(id, address), clients.get(id)]);
  if (until !== undefined) {
    return { kind: 'throttled', until, client: client?.id, because: whyOf('secret-throttled') };
  }
  const takesBasic = client && takesSecretBy(client, 'client_secret_basic');
  if (!takesBasic || !secrets.some((secret) => compareSecret(client, secret, now()))) {
    await throttle.secretFailed(id, address, secrets[0]);
    return notBelieved(client);
  }
  return resourceServer(client) ?? nobody('not-authenticated', NO_RESOURCE_SERVER, client.id);
}

/** The caller sees no difference; the log does. */
function notBelieved(client: Client | undefined): CallerResult {
  if (!client) return nobody('client-unknown', 'no client has the client_id that was sent');
  if (takesSecretBy(client, 'client_secret_basic')) return nobody('secret-wrong', 'secret is wrong', client.id);
  const words = `client authenticates by ${client.authentication}, a secret was sent by Basic`;
  return nobody('authentication-method-wrong', words, client.id);
}

const NO_RESOURCE_SERVER = 'the client is no resource server (introspects)';

/** Never a user's token: it identifies a user, not the caller. Removing a right from the client takes effect here at once. */
async function byToken(presented: string, { clients, ownToken }: CallerSources): Promise<CallerResult> {
  const refused = (
    reason: Reason,
    words: string,
    client?: string,
    why: 'invalid' | 'bound' = 'invalid',
  ): CallerResult => ({
    kind: 'token-refused',
    why,
    because: { reason, words },
    client,
  });
  const token = await ownToken(presented);
  if (!token) return refused('token-unknown', 'that is no live access token that a client got for itself here');
  if (!token.audiences.includes(GATEHOUSE_API)) {
    const words = `token is for ${token.audiences.join(', ') || 'nobody'}, not for ${GATEHOUSE_API}`;
    return refused('audience-wrong', words, token.clientId);
  }
  if (token.boundTo !== undefined) {
    return refused('dpop-invalid', 'token is bound to a key, which is not taken here', token.clientId, 'bound');
  }
  const client = await clients.get(token.clientId);
  if (!client?.resourceServers.includes(GATEHOUSE_API)) {
    return refused(
      'audience-wrong',
      `${GATEHOUSE_API} is no longer one of the client’s resource servers`,
      token.clientId,
    );
  }
  return resourceServer(client) ?? refused('not-authenticated', NO_RESOURCE_SERVER, client.id);
}

function resourceServer(client: Client): CallerResult | undefined {
  const audiences = client.introspects ?? [];
  return audiences.length > 0 ? { kind: 'known', caller: { client, audiences } } : undefined;
}

const whyOf = (reason: Reason): Why => ({ reason, words: REASONS[reason].cause });
