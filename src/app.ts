/**
 * app: the one place that knows every part. It makes them, hands each what it declared to need, and listens.
 *
 * Owns the lists that only a whole can have: of contributors and guards here, of all specs in app/specs.ts; what the outside sees is put
 * together in app/application.ts. Never decides anything itself.
 */
import type { RequestListener } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { assign } from './access/model/assign.js';
import { lastAdministrator } from './access/administration/last-administrator.js';
import { expiredAssignmentsJob } from './access/jobs/expired-assignments.js';
import { removalJob } from './access/jobs/removal-job.js';
import { RoleService } from './access/model/role-service.js';
import { SegmentIndex, segmentsJob } from './access/jobs/segment-index.js';
import { separationOfDuties } from './access/separation-of-duties/separation-of-duties.js';
import { Snapshots } from './access/evaluation/snapshot.js';
import { application } from './app/application.js';
import { openEngine } from './app/open-engine.js';
import { outboxJobs } from './app/outbox-kinds.js';
import type { Parts } from './app/parts.js';
import { returnMemory } from './app/return-memory.js';
import { SPECS } from './app/specs.js';
import { auditChange } from './audit/audit-change.js';
import { atMost } from './base/at-most.js';
import { seconds } from './base/clock.js';
import { secretBox, type SecretBox } from './base/crypto/secret-box.js';
import { caches } from './changes/caching/caches.js';
import { changeMarker } from './changes/caching/change-marker.js';
import { historyRow } from './changes/history.js';
import { changeRecorder } from './changes/change-recorder.js';
import { hearOfSealing } from './changes/sealing-turn.js';
import type { Config } from './config/config.js';
import { findSealingKey, readSealingKeys } from './config/sealing-keys.js';
import { readForwarded, trustedProxies } from './http/request/client-address.js';
import { outgoing } from './http/outgoing/outgoing.js';
import { serveAll } from './http/server/serve.js';
import { swapped } from './http/server/swap-application.js';
import { BehaviourService } from './identity/activity/activity-service.js';
import { delays } from './identity/throttling/throttle-entry.js';
import { GroupService } from './identity/groups/group-service.js';
import { wantedBy } from './identity/password-hashing/hash-parameters.js';
import { bulkHashQueue } from './identity/password-hashing/hash-queue.js';
import { passwordHasher } from './identity/password-hashing/password-hasher.js';
import { SecondFactorService } from './identity/second-factor/second-factor-service.js';
import { knownBrowsers } from './identity/throttling/known-browser.js';
import { throttle } from './identity/throttling/throttle.js';
import { pendingUndos } from './oidc/request-scope/pending-undos.js';
import { unlocking } from './identity/throttling/unlock.js';
import { UserIdentifiers } from './identity/identifiers/user-identifiers.js';
import { UserPasswords } from './identity/passwords/user-passwords.js';
import { UserDocuments } from './identity/users/user-documents.js';
import { Users } from './identity/users/users.js';
import { passwordAuthentication } from './identity/userstores/authenticate-password.js';
import type { PasswordConnector } from './identity/userstores/password-connector.js';
import { primaryConnector } from './identity/userstores/primary-connector.js';
import { basisOf } from './oidc/provider-inputs.js';
import { issuerOf } from './oidc/provider.js';
import { PendingRequests } from './oidc/interactions/pending-requests.js';
import { tidyInteractionsJob } from './oidc/interactions/tidy-interactions.js';
import { background } from './jobs/background.js';
import { housekeeping } from './jobs/housekeeping.js';
import { ClientOrigins } from './realm/clients/client-origins.js';
import { ClientService } from './realm/clients/client-service.js';
import { keyJob } from './realm/keys/key-rotation.js';
import { KeyRingService } from './realm/keys/key-ring-service.js';
import { ResourceServerService } from './realm/resource-servers/resource-server-service.js';
import { SettingsService } from './realm/settings/settings-service.js';
import { ConsentService } from './sessions/consents/consent-service.js';
import { userLogout } from './sessions/logout/user-logout.js';
import { SessionService } from './sessions/session-service.js';
import { sealAsBefore, writeKeyCheck } from './storage/sealing/key-check.js';
import { storeCounters } from './storage/counters.js';
import { openStore } from './storage/open-store.js';
import type { Store } from './storage/store.js';

/** The default realm, which lives at the issuer's root. */
const REALM = 'default';

export interface AppOptions {
  /** The cost of password hashes if the settings do not say; lower only in tests. */
  readonly passwordCost?: number;
  /** Passwords are hashed for a run of many, by all processors but one, and none is refused because others wait. */
  readonly hashesInBulk?: boolean;
  /** The userstores after `primary`, in the order in which they are asked. */
  readonly userstores?: readonly PasswordConnector[];
  /** Stands between the parts and their store: tests count there. */
  readonly watch?: (store: Store) => Store;
}

/**
 * Opens the store and makes every part on it. Keys of the realm are made where there are none yet.
 *
 * @throws GatehouseError `bad-configuration` for settings, keys or a store that do not fit together
 */
export async function parts(config: Config, options: AppOptions = {}): Promise<Parts> {
  const log = pino({ level: config.logLevel });
  const box = secretBox(await readSealingKeys(config.keysFolder), (id) => findSealingKey(config.keysFolder, id));
  const engine = await openEngine(config.store);
  await sealAsBefore(engine, box).catch(async (error: unknown) => {
    await engine.close().catch(() => undefined);
    throw error;
  });
  const opened = await openStore({
    specs: SPECS,
    box,
    engine,
    onWait: () => log.info('another process brings the store up; waiting for it'),
  });
  const store = options.watch?.(opened) ?? opened;
  try {
    return await partsOn(store, { config, options, log, box });
  } catch (error) {
    // A connection that is left open would keep the process from ending.
    await store.close().catch(() => undefined);
    throw error;
  }
}

interface Opened {
  readonly config: Config;
  readonly options: AppOptions;
  readonly log: Logger;
  readonly box: SecretBox;
}

/** Every part, on a store that is open; the caller closes it when this fails. */
async function partsOn(store: Store, { config, options, log, box }: Opened): Promise<Parts> {
  await writeKeyCheck(store);
  const realm = store.in(REALM);
  const cached = caches(store.installation);
  hearOfSealing(cached, store, box, (error) => log.warn({ err: error }, 'which key seals could not be read'));
  const recorder = changeRecorder({
    realm,
    caches: cached,
    contributors: [auditChange, historyRow, changeMarker(cached), userLogout],
    guards: [
      separationOfDuties(() => ({ snapshots, users, clients })),
      lastAdministrator(() => ({ snapshots, users, behaviours })),
    ],
    referrers: () => [roles, groups, users, clients],
  });
  const known = { realm, recorder, caches: cached };

  const keys = new KeyRingService({
    ...known,
    report: (error) => log.warn({ err: error }, 'changed keys could not be read; those before are used meanwhile'),
  });
  await keys.open({ kind: 'system', id: 'keys', requestId: 'start' });
  const settings = new SettingsService(known);
  const resourceServers = new ResourceServerService(known);
  const clients = new ClientService({
    ...known,
    resourceServers,
    settings,
    isUser: async (id) => (await users.get(id)) !== undefined,
  });
  const wayOut = outgoing({ allowed: config.outgoingAllowed });
  const roles = new RoleService({ ...known, resourceServers });
  const pepper = Buffer.from(keys.current().pepper[0], 'base64url');
  const hasher = passwordHasher({
    pepper,
    wanted: wantedBy(settings, options.passwordCost),
    ...(options.hashesInBulk === true && { queue: bulkHashQueue() }),
  });
  const groups = new GroupService(known);
  const behaviours = new BehaviourService(known);
  const snapshots = new Snapshots({ ...known, roles, resourceServers });
  const segments = new SegmentIndex({ ...known, snapshots, behaviours });
  const documents = new UserDocuments({ ...known, segmentsOf: segments.of });
  const passwords = new UserPasswords(documents, { hasher, realmName: async () => (await settings.get()).name });
  const users = new Users(documents, passwords);
  const primary = primaryConnector({
    realm,
    hasher,
    onFailure: (err) => log.warn({ err }, 'a password could not be hashed anew'),
  });
  const jobs = background(store.installation, [
    ...housekeeping(store),
    keyJob({ keys, settings }),
    ...outboxJobs({ realm, issuer: issuerOf(new URL(config.issuer)), keys, clients, outgoing: wayOut, log }),
    tidyInteractionsJob(realm),
    expiredAssignmentsJob({ users, groups, clients, snapshots }),
    removalJob({ realm, recorder, groups }),
    segmentsJob(store.installation, { index: segments, snapshots }),
  ]);
  const undos = pendingUndos((err) => log.error({ err }, 'what was used up for nothing could not be given back'));
  const throttling = throttle(storeCounters(realm), realm.of(delays), pepper);
  const browsers = knownBrowsers(pepper);

  return {
    config,
    log,
    store,
    box,
    realm,
    caches: cached,
    background: jobs,
    recorder,
    keys,
    settings,
    outgoing: wayOut,
    resourceServers,
    clients,
    origins: new ClientOrigins(known),
    consents: new ConsentService(known),
    sessions: new SessionService(known),
    users,
    identifiers: new UserIdentifiers(documents),
    passwords,
    groups,
    behaviours,
    segments,
    roles,
    snapshots,
    hasher,
    authentication: passwordAuthentication({
      ...{ realm, hasher, throttle: throttling, browsers },
      chain: [primary, ...(options.userstores ?? [])],
    }),
    throttle: throttling,
    browsers,
    pending: new PendingRequests(),
    unlocking: unlocking(realm, recorder, throttling),
    secondFactors: new SecondFactorService({ ...known, throttle: throttling, pepper, box }),
    undos,
    assign,
    async close() {
      // Background work may be cut off anywhere, and what it waits for may never answer.
      await atMost(seconds(1), Promise.all([cached.stop(), jobs.stop(), undos.close()]));
      await atMost(seconds(2.5), store.close());
    },
  };
}

/** The longest time of a response that waits for the store (six seconds), in milliseconds. */
export const LONGEST_ANSWER = seconds(6.25);

export interface Listening {
  /**
   * Stops: `/readyz` answers 503 at once. After the delay no connection is taken, and each is closed after its answer; requests under way are
   * finished, within so many milliseconds, and what `parts` opened is closed.
   */
  close(how?: { readonly delayMs?: number; readonly withinMs?: number }): Promise<void>;
}

/** Answers at every address that the configuration names. */
export async function listen(of: Parts): Promise<Listening> {
  const { config, log, caches } = of;
  // Pages say the realm's name also where it can't be read.
  await of.settings.get();
  const trusted = trustedProxies(config.trustedProxies);
  let isStopping = false;
  const answer = swapped(basisOf(of.keys, of.settings), (basis) => application(of, basis, () => isStopping).callback());
  const onRequest: RequestListener = (req, res) => {
    readForwarded(req, trusted);
    answer(req, res);
  };
  const servers = await serveAll(config, onRequest);
  const stopReturning = returnMemory();
  caches.start((error) => log.warn({ err: error }, 'change markers could not be read'));
  of.background.start((error, job) => log.warn({ err: error, job }, 'background work failed'));
  return {
    async close({ delayMs = 0, withinMs = LONGEST_ANSWER } = {}) {
      isStopping = true;
      void of.background.stop();
      // A load balancer asks /readyz every few seconds, and sends new requests until it hears of the stop.
      if (delayMs > 0) await setTimeout(delayMs);
      const stopped = await Promise.all(servers.map((server) => server.stop(withinMs)));
      if (stopped.some(({ finished }) => !finished)) log.warn('requests were cut off at shutdown');
      stopReturning();
      await of.close();
    },
  };
}
