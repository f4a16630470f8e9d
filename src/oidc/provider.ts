import type { Configuration, Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { Outgoing } from '../http/outgoing/outgoing.js';
import { isPassing, logFailure, tryLater } from '../http/failures.js';
import { logOf } from '../http/server/access-log.js';
import type { Recheck } from '../federation/provisioning/recheck.js';
import type { Snapshots } from '../access/evaluation/snapshot.js';
import type { ConsentService } from '../sessions/consents/consent-service.js';
import type { AttributeClaim } from '../realm/claims/attribute-claims.js';
import type { ResourceServerService } from '../realm/resource-servers/resource-server-service.js';
import { bytesOf, type Keys } from '../realm/keys/keys.js';
import type { KnowUser } from '../sign-in/known-user.js';
import { type Pages, pathOf } from '../pages/pages.js';
import { adapterFor } from './adapter/adapter-for.js';
import type { ClientLookup } from './requests/client-lookup.js';
import { accounts } from './configuration/accounts.js';
import { browserOnly } from './configuration/browser-only.js';
import { claims } from './configuration/claims.js';
import { clientAuthentication } from './configuration/client-authentication.js';
import { cookies } from './configuration/cookies.js';
import { flows } from './configuration/flows.js';
import { introspection } from './configuration/introspection.js';
import { lifetimes } from './configuration/lifetimes.js';
import { metadata } from './configuration/metadata.js';
import { pages } from './configuration/pages.js';
import { resourceServers } from './configuration/resource-servers.js';
import { signingKeys } from './configuration/signing-keys.js';
import { tokens } from './configuration/tokens.js';
import { providerWithResponseModes } from './library/authorization/response-modes.js';
import { replaceMethods } from './library/replace-methods.js';
import type { RedirectSignIns } from '../federation/userstores/redirect-sign-ins.js';
import type { PendingRequests } from './interactions/pending-requests.js';
import type { AuditTokenIssue } from './issuance/audit-token-issue.js';
import type { PairwiseSubjects } from './issuance/pairwise-subjects.js';
import { hearRefusals } from './refusals/provider-refusals.js';
import type { StartAgainFrom } from './interactions/restart-sign-in.js';

export interface ProviderParts {
  readonly issuer: URL;
  readonly keys: Pick<Keys, 'signing' | 'cookies' | 'proofNonces' | 'successors'>;
  readonly clients: ClientLookup;
  readonly resourceServers: Pick<ResourceServerService, 'get'>;
  readonly snapshots: Pick<Snapshots, 'read'>;
  readonly consents: Pick<ConsentService, 'get' | 'use'>;
  /** The claims that people's attributes become. */
  readonly attributeClaims: readonly AttributeClaim[];
  readonly pairwise: PairwiseSubjects;
  readonly outgoing: Outgoing;
  readonly pages: Pages;
  readonly startAgain: StartAgainFrom;
  readonly know: KnowUser;
  readonly redirects: Pick<RedirectSignIns, 'offered' | 'landing'>;
  readonly recheck: Recheck;
  readonly pending: PendingRequests;
  readonly auditIssue: AuditTokenIssue;
  readonly log: Logger;
}

/** Cheap to build (half a millisecond): new keys mean a new provider, never a changed one. */
export function buildProvider(parts: ProviderParts): Provider {
  const { issuer, keys, clients, snapshots, log } = parts;
  const flow = flows(pathOf(issuer), parts);
  const signing = signingKeys(keys.signing);
  const { features: pageFeatures, ...page } = pages(parts.pages, parts.startAgain, parts.pairwise);
  const configuration: Configuration = {
    ...flow,
    ...claims(parts.attributeClaims),
    ...cookies(keys.cookies, issuer),
    ...lifetimes,
    ...tokens,
    ...accounts(snapshots, clients, parts.consents, parts.pairwise, parts.recheck),
    ...clientAuthentication(parts.outgoing),
    ...browserOnly,
    ...metadata,
    ...page,
    features: {
      ...flow.features,
      ...signing.features,
      // A proof made ahead, or taken from elsewhere, opens nothing: each names what this server said last (RFC 9449 8).
      dPoP: { enabled: true, nonceSecret: bytesOf(keys.proofNonces)[0], requireNonce: () => true },
      ...introspection(clients),
      ...pageFeatures,
      ...resourceServers(parts.resourceServers, clients),
    },
    adapter: adapterFor({ successors: bytesOf(keys.successors), pending: parts.pending }),
    jwks: signing.jwks,
  };
  const provider = new (providerWithResponseModes(parts.pages))(issuerOf(issuer), configuration);
  // http/ has left exactly one forwarded header of each kind, and it is ours.
  provider.proxy = true;
  const [successors] = bytesOf(keys.successors);
  replaceMethods(provider, { ...parts, issuer: issuerOf(issuer), signing: keys.signing, successors });
  hearRefusals(provider);
  // The library has answered 500 by then; a store that is away is no fault, and is worth another try.
  provider.on('server_error', (ctx, error) => {
    logFailure(logOf(ctx.req) ?? log, error);
    if (isPassing(error)) tryLater(ctx);
  });
  return provider;
}

/** The issuer identifier has no trailing slash, which a URL at the root always writes. */
export const issuerOf = (issuer: URL): string => `${issuer.origin}${pathOf(issuer)}`;
