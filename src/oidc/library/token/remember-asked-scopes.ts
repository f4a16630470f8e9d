import type { AuthorizationCode, Provider } from 'oidc-provider';
import { noteIgnored } from '../../../http/refusals/ignored.js';
import { clientBehind } from '../client/client-behind.js';
import { accessOfAccount } from '../../issuance/account-claims.js';
import { heldScopes } from '../../issuance/held-scopes.js';
import { currentScope } from '../../request-scope/request-scope.js';
import { oidcOf } from '../../request-scope/session-in-request.js';

/**
 * Wraps `AuthorizationCode#save`: a code and its refresh tokens remember every API scope that was requested. The library keeps only the granted
 * ones. A code with none of them would look like one that requested nothing, and a first-party client's token answers that with everything.
 * The grant still decides what is granted.
 */
export function rememberAskedScopes(provider: Provider): void {
  const prototype = provider.AuthorizationCode.prototype as unknown as {
    save: (this: AuthorizationCode) => Promise<string>;
  };
  const { save } = prototype;
  prototype.save = function () {
    this.scope = [...new Set([...words(this.scope), ...askedOfApis()])].join(' ');
    noteDroppedOffline(this);
    return save.call(this);
  };
}

function noteDroppedOffline(code: AuthorizationCode): void {
  const oidc = oidcOf(currentScope());
  if (!oidc?.client || !oidc.requestParamScopes.has('offline_access') || code.scopes.has('offline_access')) return;
  const { firstParty } = clientBehind(oidc.client);
  const why = firstParty ? 'a first-party client needs offlineAccess: true' : 'prompt=none asks nobody for consent';
  noteIgnored(currentScope().ctx, 'scope', ['offline_access'], why);
}

/** A scope that covers others is kept beside those that it covers, because the grant names these. */
function askedOfApis(): readonly string[] {
  const oidc = oidcOf(currentScope());
  if (!oidc) throw new Error('A code was to be issued outside of a request.');
  return Object.entries(oidc.resourceServers ?? {}).flatMap(([identifier, { scope: declared }]) => {
    const offered = new Set(words(declared));
    const requested = [...oidc.requestParamScopes].filter((name) => offered.has(name));
    return [...requested, ...heldScopes(requested, accessOfAccount(oidc)?.permissions(identifier) ?? [])];
  });
}

const words = (scope: string | undefined): readonly string[] => scope?.split(' ').filter((word) => word !== '') ?? [];
