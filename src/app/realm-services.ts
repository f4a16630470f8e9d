import type { Logger } from 'pino';
import type { assign } from '../access/model/assign.js';
import type { RoleService } from '../access/model/role-service.js';
import type { SegmentIndex } from '../access/jobs/segment-index.js';
import type { Snapshots } from '../access/evaluation/snapshot.js';
import type { AuditAggregator } from '../audit/aggregate/aggregator.js';
import type { AuditKeys } from '../audit/audit-keys.js';
import type { AuditTrail } from '../audit/audit-trail.js';
import type { TermHashes } from '../audit/search/term-hashes.js';
import type { HealthOfConnectors } from '../federation/health/connector-health.js';
import type { SignInPlanner } from '../federation/provisioning/plan-sign-in.js';
import type { Leaving } from '../federation/sync/leaving.js';
import type { Leavers } from '../federation/sync/leaving/leavers.js';
import type { Recheck } from '../federation/provisioning/recheck.js';
import type { SyncReports } from '../federation/sync/runs/sync-reports.js';
import type { Synchronize } from '../federation/sync/runs/synchronize.js';
import type { ConnectorChain } from '../federation/userstores/connector-chain.js';
import type { WriteBack } from '../federation/write-back/write-back.js';
import type { WebhookSender } from '../audit/streams/webhook-outbox.js';
import type { SecretBox } from '../base/crypto/secret-box.js';
import type { Caches } from '../changes/caching/caches.js';
import type { Recorder } from '../changes/change-recorder.js';
import type { PersonalKeys } from '../changes/personal/personal-keys.js';
import type { Config } from '../config/config.js';
import type { OwnKeyService } from '../federation/connectors/own-key-service.js';
import type { ConnectorService } from '../federation/connectors/connector-service.js';
import type { Outgoing } from '../http/outgoing/outgoing.js';
import type { BehaviourService } from '../identity/activity/activity-service.js';
import type { Erasure } from '../identity/erasure/erase-user.js';
import type { GroupService } from '../identity/groups/group-service.js';
import type { PasswordHasher } from '../identity/password-hashing/password-hasher.js';
import type { SecondFactorService } from '../identity/second-factor/second-factor-service.js';
import type { KnownBrowsers } from '../identity/throttling/known-browser.js';
import type { RedirectThrottle } from '../identity/throttling/redirect-throttle.js';
import type { Throttle } from '../identity/throttling/throttle.js';
import type { Unlocking } from '../identity/throttling/unlock.js';
import type { PasswordAuthentication } from '../identity/userstores/authenticate-password.js';
import type { Admissions } from '../identity/userstores/admissions.js';
import type { UserIdentifiers } from '../identity/identifiers/user-identifiers.js';
import type { IdentityLinks } from '../identity/links/identity-links.js';
import type { UserPasswords } from '../identity/passwords/user-passwords.js';
import type { Users } from '../identity/users/users.js';
import type { PendingRequests } from '../oidc/interactions/pending-requests.js';
import type { PendingUndos } from '../oidc/request-scope/pending-undos.js';
import type { ClientOrigins } from '../realm/clients/client-origins.js';
import type { ClientService } from '../realm/clients/client-service.js';
import type { KeyRingService } from '../realm/keys/key-ring-service.js';
import type { ResourceServerService } from '../realm/resource-servers/resource-server-service.js';
import type { SettingsService } from '../realm/settings/settings-service.js';
import type { ConsentService } from '../sessions/consents/consent-service.js';
import type { SessionService } from '../sessions/session-service.js';
import type { Authenticator } from '../sign-in/authenticators/authenticator.js';
import type { Realm, Store } from '../storage/store.js';

/** The services of one realm, used by its pages and endpoints, the command line and the jobs. */
export interface RealmServices {
  /** The configuration of the process. `issuer` is this realm's. */
  readonly config: Config;
  readonly log: Logger;
  readonly store: Store;
  readonly box: SecretBox;
  readonly realm: Realm;
  readonly caches: Caches;
  readonly recorder: Recorder;
  readonly auditKeys: AuditKeys;
  /** The keys under which personal data in records and history is sealed. */
  readonly personal: PersonalKeys;
  readonly audit: AuditTrail;
  /** Counts events of the audit trail that are many. */
  readonly aggregator: AuditAggregator;
  /** Hashes the names and addresses by which audit records are found. */
  readonly termHashes: TermHashes;
  readonly keys: KeyRingService;
  /** Sends every outgoing request of the process. */
  readonly outgoing: Outgoing;
  /** Sends audit records to webhooks. */
  readonly webhooks: WebhookSender;
  readonly settings: SettingsService;
  readonly resourceServers: ResourceServerService;
  readonly clients: ClientService;
  readonly origins: ClientOrigins;
  readonly consents: ConsentService;
  readonly sessions: SessionService;
  readonly users: Users;
  readonly erasure: Erasure;
  readonly identifiers: UserIdentifiers;
  readonly links: IdentityLinks;
  readonly userstores: ConnectorChain;
  /** Whether the connectors work. */
  readonly connectorHealth: HealthOfConnectors;
  /** Brings the users of connectors up to date, and keeps the reports of that. */
  readonly synchronization: { readonly reports: SyncReports; readonly run: Synchronize };
  /** Decides what a sign-in through a connector does. */
  readonly planner: SignInPlanner;
  /** Asks the userstore of a user again, at a refresh. */
  readonly recheck: Recheck;
  /** Changes users, and the directories where they live. */
  readonly writeBack: WriteBack;
  /** Blocks people who are gone from their directory, and lets them in again. */
  readonly leaving: Leaving;
  /** Removes those who stay away. */
  readonly leavers: Leavers;
  readonly passwords: UserPasswords;
  readonly groups: GroupService;
  readonly behaviours: BehaviourService;
  readonly segments: SegmentIndex;
  readonly roles: RoleService;
  readonly snapshots: Snapshots;
  /** The connectors to directories and identity providers. */
  readonly connectors: ConnectorService;
  /** The key pairs of connectors. */
  readonly ownKeys: OwnKeyService;
  readonly hasher: PasswordHasher;
  /** Checks passwords along the chain of userstores. */
  readonly authentication: PasswordAuthentication;
  /** Finds the users of confirmed identities. */
  readonly admissions: Admissions;
  readonly throttle: Throttle;
  readonly browsers: KnownBrowsers;
  /** Shared only by the requests of this process. */
  readonly pending: PendingRequests;
  readonly redirectThrottle: RedirectThrottle;
  /** Bounds the answers of other identity providers that are documents. */
  readonly answerThrottle: RedirectThrottle;
  readonly unlocking: Unlocking;
  readonly authenticators: readonly Authenticator[];
  readonly secondFactors: SecondFactorService;
  /** Undos of requests that could not be answered. */
  readonly undos: PendingUndos;
  /** Assigns access, by the rules of assignments. */
  readonly assign: typeof assign;
}
