import type { ClientMetadata } from 'oidc-provider';
import { type Client, keepsSecret } from '../../realm/clients/client.js';
import { sectorOf } from '../../realm/clients/client-sector.js';

/** A client in the words of dynamic registration (RFC 7591), from which the library builds its own. */
export const clientMetadata = (client: Client): ClientMetadata => ({
  client_id: client.id,
  client_name: client.name,
  application_type: client.applicationType,
  // To the library both ways of sending a secret are one. Which of them a client may use is checked where it is compared.
  token_endpoint_auth_method: client.authentication === 'client_secret' ? 'client_secret_basic' : client.authentication,
  // The library requires one where a secret is compared, and never looks at it.
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
  // Never fetched, because the look-up is ours. It only tells the library the sector.
  ...(client.subjectType === 'pairwise' && { sector_identifier_uri: `https://${sectorOf(client)}/` }),
  dpop_bound_access_tokens: client.dpopBound,
  require_pushed_authorization_requests: client.requirePushedRequests,
  ...(client.backchannelLogoutUri !== undefined && {
    backchannel_logout_uri: client.backchannelLogoutUri,
    backchannel_logout_session_required: true,
  }),
});
