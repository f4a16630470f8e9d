/**
 * oidc-provider with as little around it as possible, configured to give the same responses as Gatehouse: the same algorithms,
 * features, scopes and token formats. It grants everything to everybody, and its tokens contain the same claims for all users.
 */
import { type Adapter, errors, Provider } from 'oidc-provider';
import type * as ClaimsModule from '../../../src/oidc/configuration/claims.js';
import type * as RingKeyModule from '../../../src/realm/keys/ring-key.js';
import { API, APPLICATION, WEB_SERVER } from '../../realm.ts';
import { built } from '../built.ts';
import { signInPages } from './sign-in.ts';

const { makeKey } = (await built('realm/keys/ring-key.js')) as typeof RingKeyModule;
const { claims } = (await built('oidc/configuration/claims.js')) as typeof ClaimsModule;

/** The models that it asks for with the features below. */
export const MODELS = [
  ...['Session', 'Interaction', 'Grant', 'AuthorizationCode', 'AccessToken', 'RefreshToken', 'ClientCredentials'],
] as const;

export interface BareSettings {
  readonly machineSecret: string;
  readonly password: string;
  /** The cost of its one bcrypt hash. */
  readonly cost: number;
  readonly idTokenAlgorithm: string;
}

export async function bareProvider(
  issuer: string,
  adapterOf: (model: string) => Adapter,
  { machineSecret, password, cost, idTokenAlgorithm }: BareSettings,
): Promise<Provider> {
  const keys = [await makeKey('ES256', 0, 0), await makeKey('RSA', 0, 0)];
  const provider: Provider = new Provider(issuer, {
    ...claims([]),
    adapter: adapterOf,
    jwks: { keys: keys.flatMap((key) => ('jwk' in key ? [key.jwk] : [])) },
    cookies: { keys: ['a cookie key of the benchmark'], long: { signed: true }, short: { signed: true } },
    clients: [
      {
        client_id: APPLICATION.id,
        client_name: APPLICATION.name,
        token_endpoint_auth_method: 'none',
        redirect_uris: [APPLICATION.redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        scope: 'openid profile roles',
      },
      {
        client_id: WEB_SERVER.id,
        client_name: WEB_SERVER.name,
        client_secret: machineSecret,
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [WEB_SERVER.redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        scope: 'openid profile roles',
      },
      {
        client_id: 'machine',
        client_secret: machineSecret,
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [],
        grant_types: ['client_credentials'],
        response_types: [],
      },
    ],
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    clientDefaults: { id_token_signed_response_alg: idTokenAlgorithm as 'ES256' | 'RS256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256'] },
    interactions: { url: (_ctx, { uid }) => `/sign-in/${uid}` },
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => true,
    ttl: { AuthorizationCode: 60, AccessToken: 3600, ClientCredentials: 300, Grant: 86_400, IdToken: 3600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      userinfo: { enabled: true },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      introspection: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo(_ctx, identifier) {
          if (identifier !== API.identifier) throw new errors.InvalidTarget();
          return {
            audience: API.identifier,
            scope: API.permissions.join(' '),
            accessTokenTTL: 300,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          };
        },
        defaultResource: (ctx, client, oneOf) =>
          oneOf ?? (client.clientId === 'machine' && ctx.oidc.params?.['resource'] === undefined ? API.identifier : []),
        useGrantedResource: () => false,
      },
    },
    extraTokenClaims: () => ({ roles: ['seller'], permissions: [...API.permissions] }),
    findAccount: (_ctx, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, name: accountId, preferred_username: accountId, roles: ['seller'] }),
    }),
    async loadExistingGrant({ oidc }) {
      const { client, session, account } = oidc;
      if (!client || !session || !account) return undefined;
      const known = session.grantIdFor(client.clientId);
      if (known !== undefined) return provider.Grant.find(known);
      const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
      grant.addOIDCScope('openid profile roles');
      grant.addResourceScope(API.identifier, API.permissions.join(' '));
      await grant.save();
      return grant;
    },
  });
  provider.use(await signInPages(provider, password, cost));
  return provider;
}
