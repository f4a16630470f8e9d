import type { Adapter } from 'oidc-provider';
import type { PendingRequests } from '../interactions/pending-requests.js';
import { grantAdapter } from './grant-adapter.js';
import { interactionAdapter } from './interaction-adapter.js';
import { complete, type ModelAdapter } from './model-adapter.js';
import { pushedRequestAdapter } from './pushed-request-adapter.js';
import { refreshTokenAdapter } from './refresh-token-adapter.js';
import { sessionAdapter } from './session-adapter.js';
import { tokenAdapter } from './token-adapter.js';

/** Dependencies of the adapters besides the request at hand. */
export interface AdapterParts {
  /** The keys of refresh tokens' successors: the first makes them, all find them. */
  readonly successors: readonly Buffer[];
  readonly pending: PendingRequests;
}

/** Every model of the library that Gatehouse offers. Clients are not among them: see `client-lookup`. */
const adaptersOf = ({ successors, pending }: AdapterParts): Readonly<Record<string, ModelAdapter>> => ({
  Session: sessionAdapter,
  Interaction: interactionAdapter(pending),
  Grant: grantAdapter,
  AuthorizationCode: tokenAdapter('authorization-code'),
  AccessToken: tokenAdapter('access-token'),
  RefreshToken: refreshTokenAdapter(successors),
  PushedAuthorizationRequest: pushedRequestAdapter(pending),
  ClientCredentials: tokenAdapter('client-credentials'),
});

/** The library's adapter factory; every adapter works in the scope of the request at hand. */
export function adapterFor(parts: AdapterParts): (model: string) => Adapter {
  const adapters = adaptersOf(parts);
  return (model) => {
    const adapter = adapters[model];
    if (!adapter) throw new Error(`${model} was asked for, which Gatehouse does not offer.`);
    return complete(model, adapter);
  };
}
