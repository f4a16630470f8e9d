import * as openid from 'openid-client';
import { z } from 'zod';
import { hours, type Instant, now, seconds } from '../../base/clock.js';
import type { UpstreamFetch } from '../contract/redirect-connector.js';
import { ProviderFailure } from './client/faults.js';
import { jsonOf, readTokenAnswer } from './client/token-answer.js';
import { type OidcSettings, TENANT_PLACE } from './settings/oidc-settings.js';
import { clientProof } from './client-proof.js';
import { isJwt, ProviderRequests, type Purpose } from './client/provider-requests.js';
import { RationedRead } from '../connectors/rationed-read.js';
import { namedKey, SigningKeys } from './signing-keys.js';

/** How far the clocks of the provider and of this machine may differ, in seconds. */
export const CLOCK_SKEW = 30;

/** How long a discovery document is used. */
const HELD = hours(1);

/** Asymmetric signatures (RFC 7518 3.1, RFC 8037, RFC 9864): never `none`, and no HMAC, whose key is the client secret. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Where a browser, a code or a secret goes: nothing but https, or http on this machine. */
const endpoint = z
  .string()
  .max(2000)
  .regex(/^(?:https:\/\/|http:\/\/(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])[:/])/)
  .refine((url) => URL.canParse(url));

/** The document as it comes: of an issuer, or of none. */
const document = z.looseObject({ issuer: z.string() });

const algorithms = z
  .array(z.string())
  .default(['RS256'])
  .transform((names) => names.filter((name) => ALGORITHMS.includes(name)));

/** What is used of a discovery document (OpenID Connect Discovery 1.0, 3; RFC 9126 5; RFC 9207 3). */
const metadata = z
  .object({
    issuer: z.string(),
    authorization_endpoint: endpoint,
    token_endpoint: endpoint,
    jwks_uri: endpoint,
    userinfo_endpoint: endpoint.exactOptional(),
    pushed_authorization_request_endpoint: endpoint.exactOptional(),
    require_pushed_authorization_requests: z.boolean().exactOptional(),
    // No sign-in needs it.
    end_session_endpoint: endpoint.optional().catch(undefined),
    id_token_signing_alg_values_supported: algorithms,
    userinfo_signing_alg_values_supported: algorithms,
    authorization_response_iss_parameter_supported: z.boolean().exactOptional(),
  })
  .refine(
    ({ issuer, ...fields }) =>
      !issuer.startsWith('https:') ||
      [
        ...[fields.authorization_endpoint, fields.token_endpoint, fields.jwks_uri],
        ...[fields.userinfo_endpoint, fields.pushed_authorization_request_endpoint],
      ].every((url) => url?.startsWith('https:') ?? true),
  )
  .transform(({ end_session_endpoint: endSession, ...fields }) => ({
    ...fields,
    ...(endSession !== undefined && { end_session_endpoint: endSession }),
  }));

export type ProviderMetadata = z.output<typeof metadata>;

/** A provider as discovery describes it, with its keys. */
export interface DiscoveredProvider {
  readonly metadata: ProviderMetadata;
  readonly keys: SigningKeys;
}

export interface ProviderConnection {
  readonly settings: OidcSettings;
  readonly secret?: string;
  readonly fetch: UpstreamFetch;
}

/** One provider: finds its endpoints and keys at first use, and makes the client that uses them. */
export class Provider {
  readonly #connection: ProviderConnection;
  readonly #requests: ProviderRequests;
  readonly #rationed = new RationedRead(() => this.discovered());
  #found: { readonly provider: Promise<DiscoveredProvider>; readonly at: Instant } | undefined;

  constructor(connection: ProviderConnection) {
    this.#connection = connection;
    this.#requests = new ProviderRequests(connection.fetch);
  }

  /**
   * What discovery says. Held for an hour; a failure is never held.
   *
   * @throws ProviderFailure
   */
  discovered(): Promise<DiscoveredProvider> {
    const held = this.#held();
    if (held) return held;
    const found = { provider: this.discover(), at: now() };
    this.#found = found;
    found.provider.catch(() => {
      if (this.#found === found) this.#found = undefined;
    });
    return found.provider;
  }

  /**
   * Like {@link discovered}, where anybody can cause it: while the provider is away, it is asked as often as {@link RationedRead} allows.
   *
   * @throws ProviderFailure
   */
  discoveredForStranger(): Promise<DiscoveredProvider> {
    return this.#held() ?? this.#rationed.get();
  }

  #held(): Promise<DiscoveredProvider> | undefined {
    return this.#found && now() - this.#found.at < HELD ? this.#found.provider : undefined;
  }

  /** Asks again at the next use, since endpoints may have moved. */
  forget(): void {
    this.#found = undefined;
  }

  /**
   * Reads the discovery document anew (Discovery 4).
   *
   * @throws ProviderFailure
   */
  async discover(): Promise<DiscoveredProvider> {
    const { issuer, tenants = [] } = this.#connection.settings.connection;
    const response = await this.#get('discovery', `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const announced = document.safeParse(await jsonOf(response));
    if (!announced.success) throw new ProviderFailure('body-invalid');
    const isOfTenants = tenants.length > 0 && isIssuerOfTenants(announced.data.issuer, issuer);
    if (!isOfTenants && !isSameIssuer(announced.data.issuer, issuer)) {
      const details = { announced: announced.data.issuer.slice(0, 255), expected: issuer };
      throw new ProviderFailure('issuer-mismatch', details);
    }
    const read = metadata.safeParse(announced.data);
    if (!read.success) throw new ProviderFailure('discovery-invalid');
    const keys = new SigningKeys(() => this.#get('keys', read.data.jwks_uri));
    return { metadata: read.data, keys };
  }

  /**
   * The client for one sign-in. It verifies signatures of ID tokens (Core 3.1.3.7 lets clients trust TLS instead, and Gatehouse does not).
   *
   * @throws ProviderFailure if the client has to prove itself, and no secret is configured, or none that fits
   */
  async client({ metadata: server, keys }: DiscoveredProvider): Promise<openid.Configuration> {
    const { timeout } = this.#connection.settings.connection;
    const configuration = await this.#configuration(server);
    const pushed = server.pushed_authorization_request_endpoint;
    const pushUrl = pushed === undefined ? undefined : new URL(pushed).href;
    /** The key of the token that came last. */
    let kid: string | undefined;
    configuration[openid.customFetch] = async (url, request) => {
      if (url === new URL(server.jwks_uri).href) return Response.json(await keys.forKey(kid));
      if (request.method === 'GET') {
        const response = await this.#requests.send('userinfo', url, request);
        kid = isJwt(response) ? namedKey(await response.clone().text()) : undefined;
        return response;
      }
      if (url === pushUrl) return this.#requests.send('push', url, request);
      const response = await this.#requests.send('token', url, request);
      const answer = await readTokenAnswer(response);
      // RFC 7516 3.1: there is no key to read it with.
      if (answer.idToken?.split('.').length === 5) throw new ProviderFailure('token-encrypted');
      kid = namedKey(answer.idToken);
      return answer.response;
    };
    configuration.timeout = timeout / seconds(1);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; the settings allow http on this machine only
    if (server.issuer.startsWith('http:')) openid.allowInsecureRequests(configuration);
    openid.enableNonRepudiationChecks(configuration);
    return configuration;
  }

  #get(purpose: Purpose, url: string): Promise<Response> {
    return this.#requests.send(purpose, url, {
      method: 'GET',
      headers: { accept: 'application/json, application/jwk-set+json' },
      body: undefined,
      redirect: 'manual',
      signal: AbortSignal.timeout(this.#connection.settings.connection.timeout),
    });
  }

  async #configuration(server: ProviderMetadata): Promise<openid.Configuration> {
    const { settings, secret } = this.#connection;
    const { clientId, issuer } = settings.connection;
    const client = { [openid.clockTolerance]: CLOCK_SKEW };
    const proof = await clientProof(settings, secret, server.issuer);
    if (!server.issuer.includes(TENANT_PLACE)) return new openid.Configuration(server, clientId, client, proof);
    // Only after a discovery of its own, the library puts the tenant of a token into the issuer. It takes every tenant; `checkTenant`
    // does not.
    const found = (): Promise<Response> => Promise.resolve(Response.json(server));
    return openid.discovery(new URL(issuer), clientId, client, proof, { [openid.customFetch]: found });
  }
}

/** As addresses, since a slash at the end of a host means nothing. Everything else counts (Discovery 4.3). */
export const isSameIssuer = (one: string, other: string): boolean =>
  URL.canParse(one) && new URL(one).href === new URL(other).href;

/** What Microsoft announces for many tenants: an issuer at the same place that names no tenant yet. */
const isIssuerOfTenants = (announced: string, issuer: string): boolean =>
  announced === `${new URL(issuer).origin}/${TENANT_PLACE}/v2.0`;
