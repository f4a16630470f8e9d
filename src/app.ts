/**
 * app: the one place that knows every part. It makes them, hands each what it declared to need, and listens.
 *
 * Owns the lists that only a whole can have: of all specs, of contributors and guards. Never decides anything itself.
 */
import type { RequestListener } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type Application from 'koa';
import { type Logger, pino } from 'pino';
import { accountRouter } from './account/account-router.js';
import { applicationsPage } from './account/applications.js';
import { overviewPage } from './account/overview.js';
import { passwordPage } from './account/password.js';
import { secondFactorPage } from './account/second-factor.js';
import { sessionsPage } from './account/sessions.js';
import { assign } from './access/assign.js';
import { RoleService } from './access/role-service.js';
import { roles } from './access/role.js';
import { Snapshots } from './access/snapshot.js';
import { auditChange } from './audit/audit-change.js';
import { auditRecords } from './audit/audit-record.js';
import { recordSignIns } from './audit/sign-in-record.js';
import { GatehouseError } from './base/errors.js';
import { type SecretBox, secretBox } from './base/secret-box.js';
import { type Caches, caches } from './changes/caches.js';
import { changeMarker, changeMarkers } from './changes/change-marker.js';
import { history, historyRow } from './changes/history.js';
import { changeRecorder, type Recorder } from './changes/recorder.js';
import { hearOfSealing } from './changes/sealing-turn.js';
import type { Config } from './config/config.js';
import { findSealingKey, readSealingKeys } from './config/sealing-keys.js';
import type { StoreAddress } from './config/store-address.js';
import { accessLog } from './http/access-log.js';
import { readForwarded, trustedProxies } from './http/client-address.js';
import { csrfTokens } from './http/csrf.js';
import { failures } from './http/failures.js';
import { health } from './http/health.js';
import { issuerHostOnly } from './http/host.js';
import { type Outgoing, outgoing } from './http/outgoing/outgoing.js';
import { securityHeaders } from './http/security-headers.js';
import { serveAll } from './http/serve.js';
import { swapped } from './http/swap.js';
import { credentials } from './identity/credential.js';
import { delays } from './identity/delay.js';
import { GroupService } from './identity/group-service.js';
import { groups } from './identity/group.js';
import { identifiers } from './identity/identifier.js';
import { wantedBy } from './identity/hash-parameters.js';
import { type PasswordHasher, passwordHasher } from './identity/password-hash.js';
import { type Passwords, passwords } from './identity/passwords.js';
import { SecondFactorService } from './identity/second-factor-service.js';
import { secondFactors } from './identity/second-factor.js';
import { throttle } from './identity/throttle.js';
import { type Unlocking, unlocking } from './identity/unlock.js';
import { UserService } from './identity/user-service.js';
import { users } from './identity/user.js';
import { type Basis, basisOf } from './oidc/basis.js';
import { signedInAt } from './oidc/browser-session.js';
import { busyDoor } from './oidc/busy-door.js';
import { interactions } from './oidc/interaction-document.js';
import { interactionsOf } from './oidc/interactions.js';
import { logoutTelling } from './oidc/logout-telling.js';
import { pairwiseSubjects } from './oidc/pairwise-subjects.js';
import { buildProvider, issuerOf } from './oidc/provider.js';
import { pushedRequests } from './oidc/pushed-request-document.js';
import { requestScope } from './oidc/request-scope-middleware.js';
import { oidcRoutes, storelessPaths } from './oidc/routes.js';
import { startAgainFrom } from './oidc/start-again.js';
import { structuredTokens } from './oidc/structured-tokens.js';
import { type Background, background } from './jobs/background.js';
import { housekeeping } from './jobs/housekeeping.js';
import { jobRuns } from './jobs/job.js';
import { ClientService } from './realm/client-service.js';
import { clients } from './realm/client.js';
import { keyJob } from './realm/key-rotation.js';
import { KeyRingService } from './realm/key-ring-service.js';
import { keyRings } from './realm/key-ring.js';
import { bytesOf } from './realm/keys.js';
import { ResourceServerService } from './realm/resource-server-service.js';
import { resourceServers } from './realm/resource-server.js';
import { SettingsService } from './realm/settings-service.js';
import { settings as settingsSpec } from './realm/settings.js';
import { consents } from './sessions/consent.js';
import { ConsentService } from './sessions/consent-service.js';
import { grants } from './sessions/grant.js';
import { logoutDeliveries } from './sessions/logout/delivery.js';
import { logoutJob } from './sessions/logout/logout-job.js';
import { logouts } from './sessions/logout/logout.js';
import { userLogout } from './sessions/logout/user-logout.js';
import { sessions } from './sessions/session.js';
import { SessionService } from './sessions/session-service.js';
import { tokens } from './sessions/token.js';
import { usedOnce } from './sessions/used-once.js';
import { passwordsOf } from './sign-in/passwords-of.js';
import { enrolBy } from './sign-in/enrol-by.js';
import { knowUsers } from './sign-in/known-user.js';
import { pages } from './sign-in/pages/pages.js';
import { signInRouter } from './sign-in/sign-in-router.js';
import type { Engine } from './storage/engine.js';
import { hasKeyCheck, sealAsBefore, writeKeyCheck } from './storage/key-check.js';
import { counters, storeCounters } from './storage/limiter.js';
import { OWN_SPECS, openStore } from './storage/open-store.js';
import type { Realm, Store } from './storage/store.js';
import { refuseUnfinishedCopy } from './storage/unfinished-copy.js';
import { type Copied, copyStore, type CopyJob } from './transfer/copy-store.js';

/** The default realm, which lives at the issuer's root. */
const REALM = 'default';

const SPECS = [
  auditRecords,
  changeMarkers,
  clients,
  consents,
  counters,
  credentials,
  delays,
  grants,
  groups,
  history,
  identifiers,
  interactions,
  jobRuns,
  keyRings,
  logoutDeliveries,
  logouts,
  pushedRequests,
  resourceServers,
  roles,
  secondFactors,
  sessions,
  settingsSpec,
  tokens,
  usedOnce,
  users,
];

export interface Options {
  /** Of password hashes in a realm whose settings say nothing of them; lower in tests alone. */
  readonly passwordCost?: number;
  /** Stands between the parts and their store: tests count there. */
  readonly watch?: (store: Store) => Store;
}

/** Everything that the command line and the faces work with. */
export interface Parts {
  readonly config: Config;
  readonly log: Logger;
  readonly store: Store;
  readonly box: SecretBox;
  readonly realm: Realm;
  readonly caches: Caches;
  readonly background: Background;
  readonly recorder: Recorder;
  readonly keys: KeyRingService;
  /** The one way out. */
  readonly outgoing: Outgoing;
  readonly settings: SettingsService;
  readonly resourceServers: ResourceServerService;
  readonly clients: ClientService;
  readonly consents: ConsentService;
  readonly sessions: SessionService;
  readonly users: UserService;
  readonly groups: GroupService;
  readonly roles: RoleService;
  readonly snapshots: Snapshots;
  readonly hasher: PasswordHasher;
  readonly passwords: Passwords;
  readonly unlocking: Unlocking;
  readonly secondFactors: SecondFactorService;
  /** Gives somebody access, by the rules of edges. */
  readonly assign: typeof assign;
  close(): Promise<void>;
}

/** Only the one that is used is loaded: a driver of the other kind would cost every start. `readOnly` where the kind can see to it. */
async function openEngine(address: StoreAddress, how: { readOnly?: boolean; calledAs?: string } = {}): Promise<Engine> {
  switch (address.kind) {
    case 'sqlite': {
      const { openSqlite } = await import('./storage/sqlite/open-sqlite.js');
      return openSqlite(address.path, how);
    }
    case 'mongodb': {
      const { openMongo } = await import('./storage/mongo/open-mongo.js');
      return openMongo(address.url, how);
    }
  }
}

/** Whether the store was sealed with a key before, so that none may be made for it. */
export async function isSealed({ store }: Config): Promise<boolean> {
  const engine = await openEngine(store);
  try {
    await refuseUnfinishedCopy(engine);
    return await hasKeyCheck(engine);
  } finally {
    await engine.close();
  }
}

/**
 * Makes a new file that holds the configured SQLite store as it is at one instant, whoever else is using it.
 *
 * @throws GatehouseError `bad-configuration` for other stores, and where there is something already
 */
export async function backupTo(to: StoreAddress, { store }: Config): Promise<void> {
  if (store.kind !== 'sqlite' || to.kind !== 'sqlite') {
    throw new GatehouseError(
      'bad-configuration',
      'This backup is made of one SQLite store, into another. A MongoDB is backed up by its own tools: see docs/storage.md.',
    );
  }
  const { backupSqlite } = await import('./storage/sqlite/backup.js');
  await backupSqlite(store.path, to.path);
}

/** Copies the configured store to another place: see `copyStore`, whose errors these are. */
export async function copyTo(
  to: StoreAddress,
  { store }: Config,
  onProgress: NonNullable<CopyJob['onProgress']>,
): Promise<Copied> {
  if (isDeepStrictEqual(to, store)) {
    throw new GatehouseError('bad-configuration', '--to must be another store than GATEHOUSE_STORE.');
  }
  const source = await openEngine(store, { readOnly: true });
  try {
    const target = await openEngine(to, { calledAs: '--to' });
    try {
      return await copyStore({ source, target, specs: [...OWN_SPECS, ...SPECS], onProgress });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/**
 * Opens the store and makes every part on it. Keys of the realm are made where there are none yet.
 *
 * @throws GatehouseError `bad-configuration` for settings, keys or a store that do not fit together
 */
export async function parts(config: Config, options: Options = {}): Promise<Parts> {
  const log = pino({ level: config.logLevel });
  const box = secretBox(await readSealingKeys(config.keysFolder), (id) => findSealingKey(config.keysFolder, id));
  const engine = await openEngine(config.store);
  await sealAsBefore(engine, box).catch(async (error: unknown) => {
    await engine.close();
    throw error;
  });
  const opened = await openStore({
    specs: SPECS,
    box,
    engine,
    onWait: () => log.info('another process brings the store up; waiting for it'),
  });
  const store = options.watch?.(opened) ?? opened;
  await writeKeyCheck(store);
  const realm = store.in(REALM);
  const cached = caches(store.house);
  hearOfSealing(cached, store, box, (error) => log.warn({ err: error }, 'which key seals could not be read'));
  const recorder = changeRecorder({
    realm,
    caches: cached,
    contributors: [auditChange, historyRow, changeMarker(cached), userLogout],
    guards: [],
  });
  const known = { realm, recorder, caches: cached };

  const keys = new KeyRingService({
    ...known,
    report: (error) => log.warn({ err: error }, 'changed keys could not be read; those before are used meanwhile'),
  });
  await keys.open({ kind: 'system', id: 'keys', requestId: 'start' });
  const settings = new SettingsService(known);
  const resourceServers = new ResourceServerService(known);
  const clients = new ClientService({ ...known, resourceServers });
  const wayOut = outgoing({ allowed: config.outgoingAllowed });
  const telling = logoutTelling({ issuer: issuerOf(new URL(config.issuer)), keys, clients, outgoing: wayOut, log });
  const jobs = background(store.house, [...housekeeping(store), keyJob({ keys, settings }), logoutJob(realm, telling)]);
  const roles = new RoleService({ ...known, resourceServers });
  const pepper = Buffer.from(keys.current().pepper[0], 'base64url');
  const hasher = passwordHasher({ pepper, wanted: wantedBy(settings, options.passwordCost) });
  const throttling = throttle(storeCounters(realm), realm.of(delays), pepper);

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
    consents: new ConsentService(known),
    sessions: new SessionService(known),
    users: new UserService({ ...known, hasher }),
    groups: new GroupService(known),
    roles,
    snapshots: new Snapshots({ ...known, roles, resourceServers }),
    hasher,
    passwords: passwords({
      realm,
      hasher,
      throttle: throttling,
      onFailure: (err) => log.warn({ err }, 'a password could not be hashed anew'),
    }),
    unlocking: unlocking(realm, recorder, throttling),
    secondFactors: new SecondFactorService({ ...known, throttle: throttling, pepper, box }),
    assign,
    async close() {
      await Promise.all([cached.stop(), jobs.stop()]);
      await store.close();
    },
  };
}

/** The whole of what the outside sees, as one koa application. */
function application(of: Parts, { keys, attributeClaims }: Basis): Application {
  const { config, log, realm, store, caches, settings, clients, consents, resourceServers, snapshots } = of;
  const issuer = new URL(config.issuer);
  const shown = pages(issuer, () => settings.lastRead());
  const startAgain = startAgainFrom(config.issuer, clients);
  const pairwise = pairwiseSubjects(bytesOf(keys.subjects)[0]);
  const know = knowUsers({ snapshots, settings });
  const provider = buildProvider({
    ...{ issuer, keys, attributeClaims, clients, consents, resourceServers, snapshots, pairwise, know, log },
    ...{ outgoing: of.outgoing, pages: shown, startAgain },
  });
  const csrf = csrfTokens(bytesOf(keys.csrf));
  const account = accountRouter({ issuer, signedIn: signedInAt(issuer), csrf, pages: shown }, [
    overviewPage,
    passwordPage(realm, of.users),
    secondFactorPage({ realm, secondFactors: of.secondFactors, settings }),
    applicationsPage({ consents, clients, resourceServer: (identifier) => resourceServers.get(identifier) }),
    sessionsPage({ sessions: of.sessions, users: of.users, pages: shown }),
  ]);
  const signIn = signInRouter({
    issuer,
    interactions: interactionsOf(() => provider, clients, consents, { pairwise, know, startAgain }),
    passwords: passwordsOf(realm, of.users, of.passwords, know),
    secondFactors: of.secondFactors,
    enrol: enrolBy(realm, of.secondFactors, know),
    realmName: () => settings.lastRead().name,
    resourceServer: (identifier) => resourceServers.get(identifier),
    recordSignIn: recordSignIns(realm),
    csrf,
    pages: shown,
  });
  const ready = [
    { name: 'store', ready: () => store.ping().then(() => true) },
    { name: 'caches', ready: () => caches.assertFresh().then(() => true) },
  ];
  return provider
    .use(accessLog(log))
    .use(failures(log, (ctx, props, status) => shown.failure(ctx, props, status)))
    .use(health(ready))
    .use(securityHeaders(issuer))
    .use(issuerHostOnly(issuer))
    .use(requestScope(realm, settings, storelessPaths(issuer)))
    .use(signIn)
    .use(account)
    .use(oidcRoutes(issuer, shown, startAgain, busyDoor(of.hasher, issuer, shown)))
    .use(structuredTokens({ issuer: provider.issuer, signing: keys.signing, clients }));
}

export interface Listening {
  /** Stops taking requests, finishes those under way within so many milliseconds, and closes what `parts` opened. */
  close(withinMs?: number): Promise<void>;
}

/** Answers at every address that the configuration names. */
export async function listen(of: Parts): Promise<Listening> {
  const { config, log, caches } = of;
  // Pages say the realm's name also where it can't be read.
  await of.settings.get();
  const trusted = trustedProxies(config.trustedProxies);
  const answer = swapped(basisOf(of.keys, of.settings), (basis) => application(of, basis).callback());
  const onRequest: RequestListener = (req, res) => {
    readForwarded(req, trusted);
    answer(req, res);
  };
  const servers = await serveAll(config, onRequest);
  caches.start((error) => log.warn({ err: error }, 'change markers could not be read'));
  of.background.start((error, job) => log.warn({ err: error, job }, 'background work failed'));
  return {
    async close(withinMs = 10_000) {
      const stopped = await Promise.all(servers.map((server) => server.stop(withinMs)));
      if (stopped.some(({ finished }) => !finished)) log.warn('requests were cut off at shutdown');
      await of.close();
    },
  };
}
