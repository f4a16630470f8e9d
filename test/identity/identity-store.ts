import { randomBytes } from 'node:crypto';
import { GroupService } from '../../src/identity/groups/group-service.js';
import { behaviours } from '../../src/identity/activity/activity.js';
import { secondFactors } from '../../src/identity/second-factor/second-factor.js';
import { consents } from '../../src/sessions/consents/consent.js';
import { grants } from '../../src/sessions/grants/grant.js';
import { sessions } from '../../src/sessions/session.js';
import { credentials } from '../../src/identity/passwords/credential.js';
import type { HashParameters } from '../../src/identity/password-hashing/hash-parameters.js';
import { delays } from '../../src/identity/throttling/throttle-entry.js';
import { groups } from '../../src/identity/groups/group.js';
import { identifiers } from '../../src/identity/identifiers/identifier.js';
import { identityLinks } from '../../src/identity/links/identity-link.js';
import { IdentityLinks } from '../../src/identity/links/identity-links.js';
import { nameTurns } from '../../src/identity/identifiers/lookalike-usernames.js';
import { passwordHasher, type PasswordHasher } from '../../src/identity/password-hashing/password-hasher.js';
import { passwordAuthentication } from '../../src/identity/userstores/authenticate-password.js';
import { admitKnown } from '../../src/identity/userstores/admit-known.js';
import { admissions } from '../../src/identity/userstores/admissions.js';
import type { PasswordConnector } from '../../src/identity/userstores/password-connector.js';
import { primaryConnector } from '../../src/identity/userstores/primary-connector.js';
import { UserIdentifiers } from '../../src/identity/identifiers/user-identifiers.js';
import { UserPasswords } from '../../src/identity/passwords/user-passwords.js';
import { UserDocuments } from '../../src/identity/users/user-documents.js';
import { knownBrowsers } from '../../src/identity/throttling/known-browser.js';
import { throttle } from '../../src/identity/throttling/throttle.js';
import { Users } from '../../src/identity/users/users.js';
import { users } from '../../src/identity/users/user.js';
import { usedUserIds } from '../../src/realm/used-user-id.js';
import { clients } from '../../src/realm/clients/client.js';
import type { Actor } from '../../src/changes/actor.js';
import { caches } from '../../src/changes/caching/caches.js';
import { changeMarker, changeMarkers } from '../../src/changes/caching/change-marker.js';
import type { Event } from '../../src/changes/event.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { personalKeys } from '../../src/changes/personal/personal-keys.js';
import { history, historyRow } from '../../src/changes/history.js';
import { removalNotes } from '../../src/changes/removal/remove-recorded.js';
import { changeRecorder } from '../../src/changes/change-recorder.js';
import type { Saved } from '../../src/changes/change-result.js';
import { counters, storeCounters } from '../../src/storage/counters.js';
import type { AnySpec } from '../../src/storage/spec.js';
import type { Store } from '../../src/storage/store.js';
import { engines } from '../storage/engines.js';

export const by: Actor = { kind: 'host', id: 'tests', requestId: 'test' };
export const PASSWORD = 'a quiet morning';

/** The module on a store of its own, with every recorded event and every computed or compared hash. */
async function identityStore(
  open: (specs: readonly AnySpec[]) => Promise<{ readonly store: Store; close(): Promise<void> }>,
) {
  const opened = await open([
    behaviours,
    changeMarkers,
    clients,
    consents,
    grants,
    secondFactors,
    sessions,
    counters,
    credentials,
    delays,
    groups,
    history,
    identifiers,
    identityLinks,
    nameTurns,
    personKeys,
    removalNotes,
    usedUserIds,
    users,
  ]);
  const realm = opened.store.in('tests');
  const events: Event[] = [];
  const recorder = changeRecorder({
    realm,
    caches: caches(opened.store.installation),
    personal: personalKeys(realm),
    guards: [],
    contributors: [
      historyRow,
      changeMarker(caches(opened.store.installation)),
      (_by, event) => {
        events.push(event);
        return [];
      },
    ],
  });
  const failures: unknown[] = [];
  const hooks = { beforeBetter: async (): Promise<void> => undefined, overloaded: false };
  const pepper = randomBytes(32);
  let wanted: HashParameters = { scheme: 'bcrypt', cost: 4 };
  const real = passwordHasher({ pepper, wanted: () => wanted });
  const hashed = { matches: 0, hash: 0, better: 0 };
  const hasher: PasswordHasher = {
    isOverloaded: () => hooks.overloaded || real.isOverloaded(),
    hash: (password) => (hashed.hash++, real.hash(password)),
    adopt: (text) => real.adopt(text),
    matches: (password, stored) => (hashed.matches++, real.matches(password, stored)),
    async better(password, stored) {
      hashed.better++;
      const better = await real.better(password, stored);
      await hooks.beforeBetter();
      return better;
    },
  };
  const throttling = throttle(storeCounters(realm), realm.of(delays), pepper);
  const browsers = knownBrowsers(pepper);
  const documents = new UserDocuments({ realm, recorder });
  const passwords = new UserPasswords(documents, { hasher });
  return {
    store: opened.store,
    close: () => opened.close(),
    throttle: throttling,
    browsers,
    hooks,
    realm,
    events,
    hashed,
    /** Sets the parameters of new hashes. */
    want: (parameters: HashParameters) => (wanted = parameters),
    failures,
    hasher: real,
    countedHasher: hasher,
    users: new Users(documents, passwords),
    links: new IdentityLinks(documents),
    identifiers: new UserIdentifiers(documents),
    passwords,
    groups: new GroupService({ realm, recorder }),
    authentication: passwordAuthentication({
      ...{ realm, hasher, throttle: throttling, browsers, personal: personalKeys(realm) },
      ...chainOf(primaryConnector({ realm, hasher, onFailure: (error) => failures.push(error) })),
    }),
  };
}
export type IdentityStore = Awaited<ReturnType<typeof identityStore>>;

/** The engines that the module is tested on, with a function to create each. */
export const identityStores = engines
  .filter(([store]) => store !== 'model')
  .map(([store, open]) => [store, () => identityStore(open)] as const);

export function made<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}

/** These userstores in order, each with users that exist already. */
export function chainOf(...connectors: readonly PasswordConnector[]) {
  const chain = async () => connectors;
  return {
    chain,
    redirects: async () => [],
    admissions: admissions({ enforcers: async () => connectors, admit: admitKnown }),
  };
}
