import { type Instant, now } from '../../../base/clock.js';
import { type Client, takesSecretBy } from '../../../realm/clients/client.js';
import { compareSecret } from '../../../realm/clients/client-secret.js';
import { REASONS } from '../../refusals/reasons.js';
import { basicCredentials } from '../../request/basic-credentials.js';
import { type Authenticated, notAuthenticated } from './authentication-result.js';

/** Where a client's secret is checked. */
export interface SecretSources {
  readonly clients: { get(id: string): Promise<Client | undefined> };
  readonly throttle: {
    secretDelay(clientId: string, address: string): Promise<Instant | undefined>;
    secretFailed(clientId: string, address: string, secret: string): Promise<void>;
  };
}

/**
 * The client of an HTTP Basic header (RFC 6749 2.3.1).
 *
 * Wrong secrets are slowed down by client and address. The token endpoint does not do that: secrets are generated, or have at least 32
 * characters, and nobody guesses those at any speed. Here each attempt would cost almost nothing, so attackers would try here.
 */
export async function clientBySecret(
  header: string,
  address: string,
  { clients, throttle }: SecretSources,
): Promise<Authenticated> {
  const credentials = basicCredentials(header);
  if (!credentials) return notAuthenticated('authentication-malformed', 'the Basic credentials cannot be read');
  const { id, secrets } = credentials;
  const [until, client] = await Promise.all([throttle.secretDelay(id, address), clients.get(id)]);
  if (until !== undefined) {
    const why = { reason: 'secret-throttled', words: REASONS['secret-throttled'].cause } as const;
    return { ok: false, kind: 'throttled', until, why, client: client?.id };
  }
  const takesBasic = client && takesSecretBy(client, 'client_secret_basic');
  if (takesBasic && secrets.some((secret) => compareSecret(client, secret, now()))) {
    return { ok: true, principal: { kind: 'client', client } };
  }
  await throttle.secretFailed(id, address, secrets[0]);
  return notBelieved(client);
}

/** All of these look alike to the caller; the log tells them apart. */
function notBelieved(client: Client | undefined): Authenticated {
  if (!client) return notAuthenticated('client-unknown', 'no client has the client_id that was sent');
  if (takesSecretBy(client, 'client_secret_basic'))
    return notAuthenticated('secret-wrong', 'secret is wrong', client.id);
  const words = `client authenticates by ${client.authentication}, a secret was sent by Basic`;
  return notAuthenticated('authentication-method-wrong', words, client.id);
}
