import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { noteIgnored } from '../../../http/refusals/ignored.js';
import { clientBehind } from './client-behind.js';
import { currentScope } from '../../request-scope/request-scope.js';
import { oidcOf } from '../../request-scope/session-in-request.js';
import { clientModel } from './client-model.js';

type OfflineRequest = KoaContextWithOIDC['oidc'];

const OFFLINE = 'offline_access';
/** The routes that read a request's parameters. A resumed request has the parameters that were read then. */
const ROUTES: readonly string[] = ['authorization', 'pushed_authorization_request'];

/**
 * Wraps `Client#responseModeAllowed` and `Client#redirectUriAllowed`: `offline_access` survives the library's check of scopes, which drops it from a
 * request without `prompt=consent`. OpenID Connect Core 11 lets other conditions permit it. `missingOf` knows ours, once the user is known.
 *
 * The scope is put aside before the check and put back after it, whether the request came by query, pushed or signed. The library first asks the
 * client for its response modes, then checks the scope, then asks the client for its redirect URIs.
 */
export function keepOfflineAccess(provider: Pick<Provider, 'Client'>): void {
  const { prototype } = clientModel(provider);
  const { responseModeAllowed, redirectUriAllowed } = prototype;
  const putAside = new WeakSet<OfflineRequest>();

  prototype.responseModeAllowed = function (...parameters) {
    const oidc = requestAtHand();
    const scopes = words(oidc);
    if (oidc && scopes.includes(OFFLINE)) {
      setScope(
        oidc,
        scopes.filter((scope) => scope !== OFFLINE),
      );
      putAside.add(oidc);
    }
    return responseModeAllowed.apply(this, parameters);
  };

  prototype.redirectUriAllowed = function (uri) {
    const oidc = requestAtHand();
    if (oidc && putAside.delete(oidc)) {
      const { scopes, grantTypes } = clientBehind(this);
      if (!scopes.includes(OFFLINE))
        noteIgnored(currentScope().ctx, 'scope', [OFFLINE], 'the client may not ask for it');
      else if (!grantTypes.includes('refresh_token'))
        noteIgnored(currentScope().ctx, 'scope', [OFFLINE], 'no grant refresh_token');
      else setScope(oidc, [...words(oidc), OFFLINE]);
    }
    return redirectUriAllowed.call(this, uri);
  };
}

function requestAtHand(): OfflineRequest | undefined {
  const oidc = oidcOf(currentScope());
  return oidc && ROUTES.includes(oidc.route) ? oidc : undefined;
}

const words = (oidc: OfflineRequest | undefined): readonly string[] => {
  const scope = oidc?.params?.['scope'];
  return typeof scope === 'string' ? scope.split(' ') : [];
};

function setScope(oidc: OfflineRequest, scopes: readonly string[]): void {
  if (oidc.params) oidc.params['scope'] = scopes.length > 0 ? scopes.join(' ') : undefined;
}
