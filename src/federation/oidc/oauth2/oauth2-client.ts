import * as openid from 'openid-client';
import { seconds } from '../../../base/clock.js';
import type { UpstreamFetch } from '../../contract/redirect-connector.js';
import { basicAuthentication } from '../client/basic-authentication.js';
import { ProviderFailure } from '../client/faults.js';
import { ProviderRequests } from '../client/provider-requests.js';
import type { OAuth2Settings } from './oauth2-settings.js';
import { ProviderApi } from './provider-api.js';
import { oauthTokenResponse } from './token-response.js';

export interface OAuth2ClientParts {
  readonly settings: OAuth2Settings;
  readonly secret?: string;
  readonly fetch: UpstreamFetch;
}

/** Gatehouse as a client of one provider. */
export class OAuth2Client {
  readonly settings: OAuth2Settings;
  readonly #secret: string | undefined;
  readonly #requests: ProviderRequests;

  constructor({ settings, secret, fetch }: OAuth2ClientParts) {
    this.settings = settings;
    this.#secret = secret;
    this.#requests = new ProviderRequests(fetch);
  }

  /**
   * The client as the library has it.
   *
   * @throws ProviderFailure if the client has to prove itself, and no secret is configured
   */
  configuration(): openid.Configuration {
    const { connection } = this.settings;
    const server = {
      // The library wants one. Where none is configured, no answer is compared with it.
      issuer: connection.issuer ?? new URL(connection.authorizationEndpoint).origin,
      authorization_endpoint: connection.authorizationEndpoint,
      token_endpoint: connection.tokenEndpoint,
    };
    const configuration = new openid.Configuration(server, connection.clientId, {}, this.#authentication());
    configuration[openid.customFetch] = async (url, request) =>
      oauthTokenResponse(await this.#requests.send('token', url, request), connection.tokenErrors);
    configuration.timeout = connection.timeout / seconds(1);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; the settings allow http on this machine only
    if (connection.tokenEndpoint.startsWith('http:')) openid.allowInsecureRequests(configuration);
    return configuration;
  }

  /**
   * The provider's API.
   *
   * @param token of the person; absent: as nobody
   * @throws ProviderFailure if the token is none
   */
  api(token?: string): ProviderApi {
    const { connection } = this.settings;
    const secret = this.#secret;
    return new ProviderApi({ connection, requests: this.#requests, ...(secret !== undefined && { secret }) }, token);
  }

  #authentication(): openid.ClientAuth {
    const method = this.settings.connection.clientAuthentication;
    if (method === 'none') return openid.None();
    if (this.#secret === undefined) throw new ProviderFailure('no-secret');
    return method === 'client_secret_basic' ? basicAuthentication(this.#secret) : openid.ClientSecretPost(this.#secret);
  }
}
