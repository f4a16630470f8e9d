import type { Provider, UnknownObject } from 'oidc-provider';
import type { SigningKey } from '../../../realm/keys/ring-key.js';
import { fitIdToken } from '../../issuance/fit-id-token.js';
import { clientBehind } from '../client/client-behind.js';

/** The library's method, with what the published types leave out. */
interface IdTokenPayload {
  readonly client: object;
  /** Which claims scopes release. */
  scope: string;
  payload: (this: IdTokenPayload) => Promise<UnknownObject>;
}

/** Wraps `IdToken#payload`: an ID token has the claims that its client wants there, and keeps the client's budget. */
export function fitIdTokens(
  provider: Pick<Provider, 'IdToken'>,
  parts: { readonly issuer: string; readonly signing: readonly SigningKey[] },
): void {
  const prototype = provider.IdToken.prototype as unknown as IdTokenPayload;
  const { payload } = prototype;
  prototype.payload = async function () {
    const client = clientBehind(this.client);
    // OpenID Connect Core 5.4: with a code, claims that scopes ask for are at userinfo. Claims that the claims parameter requests stay.
    if (client.idTokenClaims === 'requested') this.scope = 'openid';
    return fitIdToken(await payload.call(this), client, parts);
  };
}
