import type { Logger } from 'pino';
import type { assign } from '../access/assign.js';
import type { RoleService } from '../access/role-service.js';
import type { SegmentIndex } from '../access/segment-index.js';
import type { Snapshots } from '../access/snapshot.js';
import type { SecretBox } from '../base/secret-box.js';
import { type Caches } from '../changes/caches.js';
import type { Recorder } from '../changes/recorder.js';
import type { Config } from '../config/config.js';
import { type Outgoing } from '../http/outgoing/outgoing.js';
import type { BehaviourService } from '../identity/behaviour-service.js';
import type { GroupService } from '../identity/group-service.js';
import type { PasswordHasher } from '../identity/password-hash.js';
import { type Passwords } from '../identity/passwords.js';
import type { SecondFactorService } from '../identity/second-factor-service.js';
import type { KnownBrowsers } from '../identity/known-browser.js';
import type { Throttle } from '../identity/throttle.js';
import { type Unlocking } from '../identity/unlock.js';
import type { UserService } from '../identity/user-service.js';
import { type Background } from '../jobs/background.js';
import type { PendingRequests } from '../oidc/pending-requests.js';
import type { PendingUndos } from '../oidc/pending-undos.js';
import type { ClientOrigins } from '../realm/client-origins.js';
import type { ClientService } from '../realm/client-service.js';
import type { KeyRingService } from '../realm/key-ring-service.js';
import type { ResourceServerService } from '../realm/resource-server-service.js';
import type { SettingsService } from '../realm/settings-service.js';
import type { ConsentService } from '../sessions/consent-service.js';
import type { SessionService } from '../sessions/session-service.js';
import type { Realm, Store } from '../storage/store.js';

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
  readonly origins: ClientOrigins;
  readonly consents: ConsentService;
  readonly sessions: SessionService;
  readonly users: UserService;
  readonly groups: GroupService;
  readonly behaviours: BehaviourService;
  readonly segments: SegmentIndex;
  readonly roles: RoleService;
  readonly snapshots: Snapshots;
  readonly hasher: PasswordHasher;
  readonly passwords: Passwords;
  readonly throttle: Throttle;
  readonly browsers: KnownBrowsers;
  /** Of this process alone. */
  readonly pending: PendingRequests;
  readonly unlocking: Unlocking;
  readonly secondFactors: SecondFactorService;
  /** What requests used up that could not be answered. */
  readonly undos: PendingUndos;
  /** Gives somebody access, by the rules of edges. */
  readonly assign: typeof assign;
  close(): Promise<void>;
}
