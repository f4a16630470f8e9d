import { assign } from '../access/model/assign.js';
import { RoleService } from '../access/model/role-service.js';
import { Snapshots } from '../access/evaluation/snapshot.js';
import { SegmentIndex } from '../access/jobs/segment-index.js';
import { auditAggregator } from '../audit/aggregate/aggregator.js';
import { auditTrail } from '../audit/audit-trail.js';
import { termHashes } from '../audit/search/term-hashes.js';
import { seconds } from '../base/clock.js';
import { changeRecorder } from '../changes/change-recorder.js';
import { personalKeys } from '../changes/personal/personal-keys.js';
import { OwnKeyService } from '../federation/connectors/own-key-service.js';
import { ConnectorService } from '../federation/connectors/connector-service.js';
import { byKind } from '../federation/connectors/connector-settings.js';
import type { ConnectorEvent } from '../federation/contract/connector-kind.js';
import { connectorHealth } from '../federation/health/connector-health.js';
import { addressHolders } from '../federation/provisioning/address-holders.js';
import { bringingUpToDate } from '../federation/provisioning/bring-up-to-date.js';
import { federatedUsers } from '../federation/provisioning/federated-users.js';
import { mirroringGroups } from '../federation/provisioning/mirror-groups.js';
import { signInPlanner } from '../federation/provisioning/plan-sign-in.js';
import { recheck } from '../federation/provisioning/recheck.js';
import { applyingRuns } from '../federation/sync/apply/apply-run.js';
import { leaveAndReturn } from '../federation/sync/leaving/leave-and-return.js';
import { planningRuns } from '../federation/sync/plan/plan-run.js';
import { syncReports } from '../federation/sync/runs/sync-reports.js';
import { synchronizing } from '../federation/sync/runs/synchronize.js';
import { leavers } from '../federation/sync/leaving/leavers.js';
import { connectorChain } from '../federation/userstores/connector-chain.js';
import { upstreamShareOf } from '../federation/write-back/upstream-share.js';
import { writingBack } from '../federation/write-back/write-back.js';
import { webhookSender } from '../http/outgoing/webhook-sender.js';
import { BehaviourService } from '../identity/activity/activity-service.js';
import { erasure } from '../identity/erasure/erase-user.js';
import { GroupService } from '../identity/groups/group-service.js';
import { normalizedName } from '../identity/identifiers/normalize-identifier.js';
import { UserIdentifiers } from '../identity/identifiers/user-identifiers.js';
import { IdentityLinks } from '../identity/links/identity-links.js';
import { LinkRefreshTokens } from '../identity/links/refresh-tokens.js';
import { wantedBy } from '../identity/password-hashing/hash-parameters.js';
import { passwordHasher } from '../identity/password-hashing/password-hasher.js';
import { UserPasswords } from '../identity/passwords/user-passwords.js';
import { SecondFactorService } from '../identity/second-factor/second-factor-service.js';
import { knownBrowsers } from '../identity/throttling/known-browser.js';
import { RedirectThrottle } from '../identity/throttling/redirect-throttle.js';
import { throttle } from '../identity/throttling/throttle.js';
import { delays } from '../identity/throttling/throttle-entry.js';
import { unlocking } from '../identity/throttling/unlock.js';
import { UserDocuments } from '../identity/users/user-documents.js';
import { Users } from '../identity/users/users.js';
import type { AdmitIdentity } from '../identity/userstores/admit-identity.js';
import { admitKnown } from '../identity/userstores/admit-known.js';
import { admissions } from '../identity/userstores/admissions.js';
import { passwordAuthentication } from '../identity/userstores/authenticate-password.js';
import { primaryConnector } from '../identity/userstores/primary-connector.js';
import { PendingRequests } from '../oidc/interactions/pending-requests.js';
import { pendingUndos } from '../oidc/request-scope/pending-undos.js';
import { ClientOrigins } from '../realm/clients/client-origins.js';
import { ClientService } from '../realm/clients/client-service.js';
import { KeyRingService } from '../realm/keys/key-ring-service.js';
import { ResourceServerService } from '../realm/resource-servers/resource-server-service.js';
import { SettingsService } from '../realm/settings/settings-service.js';
import { ConsentService } from '../sessions/consents/consent-service.js';
import { SessionService } from '../sessions/session-service.js';
import { AUTHENTICATORS, checkedAuthenticators } from '../sign-in/authenticators/authenticators.js';
import { secondFactorsIn } from '../sign-in/authenticators/second-factors.js';
import { storeCounters } from '../storage/counters.js';
import type { RealmId } from '../storage/store.js';
import { CONNECTOR_KINDS } from './connector-kinds.js';
import type { Installation } from './installation.js';
import { MODULES } from './modules.js';
import type { RealmServices } from './realm-services.js';

/** The realm at the root of the configured issuer. */
export const DEFAULT_REALM: RealmId = 'default';

/**
 * Creates the services of a realm, and its keys if there are none yet.
 *
 * @param issuer the realm's own, if it is not the configured one
 * @throws GatehouseError `bad-configuration` for keys that the sealing keys do not open
 */
export async function openRealm(
  installation: Installation,
  id: RealmId = DEFAULT_REALM,
  issuer = installation.config.issuer,
): Promise<RealmServices> {
  const { options, log, store, box, caches, outgoing, hashes, auditKeys } = installation;
  const realm = store.in(id);
  const personal = personalKeys(realm);
  const recorder = changeRecorder({
    realm,
    caches,
    personal,
    contributors: MODULES.flatMap(({ contributors }) => contributors?.({ caches, auditKeys }) ?? []),
    guards: MODULES.flatMap(({ guards }) => guards?.(() => services) ?? []),
    referrers: () => MODULES.flatMap(({ referrers }) => referrers?.(services) ?? []),
  });
  const known = { realm, recorder, caches };
  const authenticators = checkedAuthenticators(options.authenticators ?? AUTHENTICATORS);

  const keys = new KeyRingService({
    ...known,
    report: (error) => log.warn({ err: error }, 'changed keys could not be read; those before are used meanwhile'),
  });
  await keys.open({ kind: 'system', id: 'keys', requestId: 'start' });
  const pepper = Buffer.from(keys.current().pepper[0], 'base64url');
  const settings = new SettingsService(known);
  const resourceServers = new ResourceServerService(known);
  const clients = new ClientService({
    ...known,
    resourceServers,
    settings,
    isUser: async (userId) => (await users.get(userId)) !== undefined,
  });
  const roles = new RoleService({ ...known, resourceServers });
  const groups = new GroupService(known);
  const behaviours = new BehaviourService(known);
  const snapshots = new Snapshots({
    ...{ ...known, roles, resourceServers },
    connectors: { standings: () => connectors.standings() },
  });
  const segments = new SegmentIndex({ ...known, snapshots, behaviours });

  const hasher = passwordHasher({ pepper, wanted: wantedBy(settings, options.passwordCost), queue: hashes });
  const documents = new UserDocuments({ ...known, segmentsOf: segments.of });
  const passwords = new UserPasswords(documents, { hasher, realmName: async () => (await settings.get()).name });
  const users = new Users(documents, passwords);
  const kinds = options.connectorKinds ? byKind(options.connectorKinds) : CONNECTOR_KINDS;
  const links = new IdentityLinks(documents);
  const connectors: ConnectorService = new ConnectorService({
    ...{ ...known, issuer: new URL(issuer), kinds, snapshots, users, links, groups },
    // Each request ends by the time that its connector says, at this one at the latest.
    fetch: (url, request) => outgoing(url, { ...request, timeoutMs: seconds(30) }),
  });
  const ownKeys = new OwnKeyService({ realm, recorder, kinds });
  const throttling = throttle(storeCounters(realm), realm.of(delays), pepper);
  const unlock = unlocking(realm, recorder, throttling);
  const browsers = knownBrowsers(pepper);
  const primary = primaryConnector({
    realm,
    hasher,
    onFailure: (err) => log.warn({ err }, 'a password could not be hashed anew'),
  });
  const reportConnector = (connector: string, { reason, details }: ConnectorEvent): void =>
    log.warn({ connector, reason, ...details }, 'a connector reports');
  const userstores = connectorChain({
    before: [primary, ...(options.userstores ?? [])],
    ...{ connectors, report: reportConnector },
  });
  installation.beforeClose(() => userstores.close());
  const identifiers = new UserIdentifiers(documents);
  const holders = addressHolders(connectors, identifiers);
  const { enforcers } = userstores;
  const planner = signInPlanner({ links, users, identifiers, holders, snapshots, enforcers });
  const mirror = mirroringGroups({ groups, refresh: () => caches.readMarkers(), report: reportConnector });
  const bringUpToDate = bringingUpToDate({ users, links, planner, mirror, report: reportConnector });
  const refreshTokens = new LinkRefreshTokens(realm);
  const federation = { connectors, links, users, refreshTokens, bringUpToDate, report: reportConnector };
  const shareOf = upstreamShareOf({ connectors, links, opened: userstores.directory });
  const admitFederated = federatedUsers({ ...federation, planner });
  const admit: AdmitIdentity = async (by, connector, ...rest) =>
    ((await connectors.get(connector)) ? admitFederated : admitKnown)(by, connector, ...rest);
  const admitting = admissions({ enforcers, admit });
  const undos = pendingUndos((err) => log.error({ err }, 'what was used up for nothing could not be given back'));
  installation.beforeClose(() => undos.close());
  const audit = auditTrail({ realm, keys: auditKeys, personal });
  const aggregator = auditAggregator({
    ...{ realm, trail: audit },
    report: (err) => log.warn({ err }, 'counted audit records could not be written; they are kept meanwhile'),
  });
  installation.beforeClose(() => aggregator.close());

  const reports = syncReports({ realm, audit });
  const sessions = new SessionService(known);
  const leaving = leaveAndReturn({ links, sessions });
  const syncParts = {
    ...{ realm, connectors, links, users, identifiers, holders, mirror, planner, snapshots },
    leaving,
  };

  const services: RealmServices = {
    config: { ...installation.config, issuer },
    ...{ log, store, box, realm, caches, recorder, keys, settings, outgoing, resourceServers, clients },
    ...{ auditKeys, personal, audit, aggregator },
    termHashes: termHashes({ realm: id, keys: auditKeys, normalizeName: normalizedName }),
    webhooks: webhookSender(outgoing, log),
    origins: new ClientOrigins(known),
    consents: new ConsentService(known),
    sessions,
    users,
    erasure: erasure({ documents, personal, unlocking: unlock }),
    ...{ identifiers, links, userstores, planner },
    connectorHealth: connectorHealth({
      ...{ realm, connectors, opened: userstores.connector, report: reportConnector },
      lastRuns: reports.last,
    }),
    synchronization: {
      reports,
      run: synchronizing({
        ...{ realm, store, reports, opened: userstores.directory, report: reportConnector },
        ...{ planRun: planningRuns(syncParts), applyRun: applyingRuns(syncParts) },
      }),
    },
    recheck: recheck({ ...federation, opened: userstores.connector }),
    writeBack: writingBack({ shareOf, users, passwords, bringUpToDate }),
    leaving,
    leavers: leavers({ ...federation, opened: userstores.directory }),
    passwords,
    ...{ groups, behaviours, segments, roles, snapshots, connectors, hasher },
    authentication: passwordAuthentication({
      ...{ realm, hasher, throttle: throttling, browsers, personal },
      ...{ chain: userstores.chain, redirects: userstores.redirects, admissions: admitting },
    }),
    admissions: admitting,
    throttle: throttling,
    browsers,
    pending: new PendingRequests(),
    redirectThrottle: new RedirectThrottle(),
    answerThrottle: new RedirectThrottle(),
    unlocking: unlock,
    authenticators,
    secondFactors: new SecondFactorService({
      ...{ realm, recorder, throttle: throttling, pepper, box },
      methods: secondFactorsIn(authenticators),
    }),
    undos,
    assign,
    ownKeys,
  };
  return services;
}
