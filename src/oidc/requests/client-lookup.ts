import { type ClientMetadata, errors, type Provider } from 'oidc-provider';
import { type Instant, minutes, now } from '../../base/clock.js';
import { isPrototypeName } from '../../base/text/prototype-names.js';
import { basicCredentials } from '../../http/request/basic-credentials.js';
import { because } from '../../http/refusals/because.js';
import { type Client, keepsSecret, takesSecretBy } from '../../realm/clients/client.js';
import { compareSecret } from '../../realm/clients/client-secret.js';
import { sectorOf } from '../../realm/clients/client-sector.js';
import type { ClientService } from '../../realm/clients/client-service.js';
import { currentScope } from '../request-scope/request-scope.js';
import { oidcOf } from '../request-scope/session-in-request.js';

/** Clients as cached: the same object until it changes. */
export type ClientLookup = Pick<ClientService, 'get'>;

/**
 * Makes the provider find our clients and compare their secrets our way. The library's own look-up would hash a client's
 * whole metadata at every request and keep a hundred; and it would want the secret in the clear.
 */
export function lookUpClients(provider: Provider, clients: ClientLookup): void {
  // The published types leave out the constructor and what is compared.
  const Client = provider.Client as unknown as LibraryClientClass;
  // Built clients belong to one provider and go with the cached document they were built from.
  const built = new WeakMap<Client, { readonly client: LibraryClient; readonly at: Instant }>();

  Client.find = async (id) => {
    const client = typeof id === 'string' && id !== '' ? await clients.get(id) : undefined;
    // One stored before such ids were refused is unknown here: the library keeps what a session has of each client in a plain object.
    if (!client || isPrototypeName(client.id)) return undefined;
    const known = built.get(client);
    // Keys that were taken away at their address must not be believed for as long as this process lives.
    if (known && (client.jwksUri === undefined || now() - known.at < KEYS_KEPT)) return known.client;
    const fresh = new Client(metadataOf(client));
    // To the library a client without scopes may ask for all of them; to us, for none. A space is a list of none.
    if (client.scopes.length === 0) fresh.scope = ' ';
    built.set(client, { client: fresh, at: now() });
    return attachClient(fresh, client);
  };
  const { redirectUriAllowed, postLogoutRedirectUriAllowed } = Client.prototype;
  Client.prototype.redirectUriAllowed = function (uri) {
    const { redirectUris, localhostAnyPort } = clientBehind(this);
    return redirectUriAllowed.call(this, uri) && (localhostAnyPort || !isOtherLocalhost(uri, redirectUris));
  };
  Client.prototype.postLogoutRedirectUriAllowed = function (uri) {
    const { postLogoutRedirectUris: uris, localhostAnyPort } = clientBehind(this);
    return postLogoutRedirectUriAllowed.call(this, uri) && (localhostAnyPort || !isOtherLocalhost(uri, uris));
  };
  // The outbox tells of every session that ends, this way or another; the library would tell of some a second time, while its person waits.
  Client.prototype.backchannelLogout = async () => undefined;
  Client.prototype.compareClientSecret = function (presented) {
    const client = clientBehind(this);
    // The library takes the two ways of sending a secret for one; a client that registered one way never sends the other.
    const header = currentScope().ctx.get('authorization');
    const sent = header === '' ? 'client_secret_post' : 'client_secret_basic';
    if (!takesSecretBy(client, sent)) {
      throw because(
        new errors.InvalidClientAuth('the client authenticates in another way'),
        'authentication-method-wrong',
        `client authenticates by ${client.authentication}, a secret was sent by ${sent}`,
      );
    }
    // In Basic, what was sent without encoding may decode to something else.
    const readings = basicCredentials(header)?.secrets ?? [presented];
    return readings.some((secret) => compareSecret(client, secret, now()));
  };
}

/** How long keys from a client's address are believed without asking again. */
const KEYS_KEPT = minutes(10);

const OURS = Symbol('the client that this was built of');
interface Built {
  [OURS]?: Client;
}

/** Lets {@link clientBehind} find ours by the library's. */
export function attachClient<T extends object>(library: T, client: Client): T {
  (library as Built)[OURS] = client;
  return library;
}

/** Our client, of which the library's was built. */
export function clientBehind(library: object): Client {
  const client = (library as Built)[OURS];
  if (!client) throw new Error('A client was met that the look-up did not build.');
  return client;
}

/** When the client of this request was made, for what is issued to it. */
export function clientMade(clientId: string): { readonly clientMade?: Instant } {
  const client = oidcOf(currentScope())?.client;
  return client?.clientId === clientId ? { clientMade: clientBehind(client).createdAt } : {};
}

/**
 * RFC 8252 8.3: a port of its own choice is for the loopback addresses; `localhost` may be another place to a machine that
 * was told so, and is compared exactly like every other host, unless the client says otherwise (`localhostAnyPort`).
 */
const isOtherLocalhost = (uri: string, registered: readonly string[]): boolean =>
  URL.parse(uri)?.hostname === 'localhost' && !registered.includes(uri);

interface LibraryClientClass {
  new (metadata: ClientMetadata): LibraryClient;
  find(id: unknown): Promise<LibraryClient | undefined>;
  readonly prototype: {
    backchannelLogout: () => Promise<void>;
    compareClientSecret: (this: LibraryClient, presented: string) => boolean;
    redirectUriAllowed: (this: LibraryClient, uri: string) => boolean;
    postLogoutRedirectUriAllowed: (this: LibraryClient, uri: string) => boolean;
  };
}
type LibraryClient = InstanceType<Provider['Client']> & { scope?: string };

/** A client in the words of dynamic registration (RFC 7591), which is what the library builds its own from. */
const metadataOf = (client: Client): ClientMetadata => ({
  client_id: client.id,
  client_name: client.name,
  application_type: client.applicationType,
  // To the library both ways of sending a secret are one; which of them a client may use is asked where it is compared.
  token_endpoint_auth_method: client.authentication === 'client_secret' ? 'client_secret_basic' : client.authentication,
  // The library insists on one where a secret is compared; it is never looked at.
  ...(keepsSecret(client) && { client_secret: `kept-as-hash:${client.id}` }),
  redirect_uris: client.redirectUris,
  post_logout_redirect_uris: client.postLogoutRedirectUris,
  grant_types: client.grantTypes,
  response_types: client.grantTypes.includes('authorization_code') ? ['code'] : [],
  ...(client.scopes.length > 0 && { scope: client.scopes.join(' ') }),
  ...(client.jwks && { jwks: client.jwks }),
  ...(client.jwksUri !== undefined && { jwks_uri: client.jwksUri }),
  id_token_signed_response_alg: client.idTokenAlgorithm,
  subject_type: client.subjectType,
  // Never fetched, since the look-up is ours: it only brings the sector into the library's words.
  ...(client.subjectType === 'pairwise' && { sector_identifier_uri: `https://${sectorOf(client)}/` }),
  dpop_bound_access_tokens: client.dpopBound,
  require_pushed_authorization_requests: client.requirePushedRequests,
  ...(client.backchannelLogoutUri !== undefined && {
    backchannel_logout_uri: client.backchannelLogoutUri,
    backchannel_logout_session_required: true,
  }),
});
