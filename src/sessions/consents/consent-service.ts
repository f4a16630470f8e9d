import { retryOnConflict } from '../../base/retry-on-conflict.js';
import { isDeepStrictEqual } from 'node:util';
import { type Instant, now } from '../../base/clock.js';
import { type Page, type PageRequest, rows } from '../../base/paging.js';
import type { Actor } from '../../changes/actor.js';
import { auditedOf, type Event } from '../../changes/event.js';
import type { Recorder } from '../../changes/change-recorder.js';
import { changedAgain, missing, type Saved, savedAs } from '../../changes/change-result.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { insert, remove, replace } from '../../storage/write.js';
import { type Consent, consentedOf, consentId, consents, isGivenTo, resourceServersOf } from './consent.js';
import { type Consented, inBoth, inEither } from './consented.js';
import { grants } from '../grants/grant.js';
import type { GrantDraft } from '../grants/grant-draft.js';

/** The number of attempts against concurrent writes of the same consent. Each of those succeeded, so progress is certain. */
const ATTEMPTS = 32;
/** The maximum number of grants revoked in a commit; other writes belong to it. */
const AT_ONCE = 48;

/** The current client. Consent to an earlier client with this id does not count. */
interface ConsentClient {
  readonly id: string;
  readonly createdAt: Instant;
}

/** The consents of users, stored beyond their sessions. */
export class ConsentService {
  readonly #realm: Realm;
  readonly #recorder: Recorder;

  constructor(parts: { readonly realm: Realm; readonly recorder: Recorder }) {
    this.#realm = parts.realm;
    this.#recorder = parts.recorder;
  }

  async get(userId: string, client: ConsentClient): Promise<Stored<Consent> | undefined> {
    const consent = await this.#stored(userId, client.id);
    return consent && isGivenTo(consent, client) ? consent : undefined;
  }

  #stored(userId: string, clientId: string): Promise<Stored<Consent> | undefined> {
    return this.#realm.of(consents).get(consentId(userId, clientId));
  }

  /** The consents of one user, by client. */
  list(userId: string, page: PageRequest): Promise<Page<Stored<Consent>>> {
    return this.#realm.of(consents).find('byUser', { userId }, page);
  }

  /**
   * Stores the user's consent to `more` for this client, in addition to earlier consent.
   *
   * @param client as it was when the user was asked
   * @param by the user, or an administrator on their behalf
   * @param grant the grant for it, in the same commit; omitted if it was revoked meanwhile
   */
  async give(
    by: Actor,
    { userId, client }: { readonly userId: string; readonly client: ConsentClient },
    more: Consented,
    grant?: GrantDraft,
  ): Promise<Saved<Consent>> {
    const { id: clientId, createdAt: clientMade } = client;
    const giveOnce = async (): Promise<Saved<Consent> | undefined> => {
      const before = await this.#stored(userId, clientId);
      const all = before && isGivenTo(before, client) ? inEither(consentedOf(before), more) : more;
      const at = now();
      const resourceScopes = Object.entries(all.resourceScopes).map(([resourceServer, scopes]) => ({
        resourceServer,
        scopes: [...scopes],
      }));
      const after: Consent = {
        id: consentId(userId, clientId),
        userId,
        clientId,
        clientMade,
        scopes: [...all.scopes],
        claims: [...all.claims],
        resourceScopes,
        resourceServers: resourceServersOf({ resourceScopes }),
        givenAt: at,
        givenBy: { kind: by.kind, id: by.id },
        lastUsedAt: before ? Math.max(at, before.lastUsedAt + 1) : at,
      };
      const write = before ? replace(consents, after, before.version) : insert(consents, after);
      const alongside = grant?.write();
      const writes = alongside ? [write, alongside] : [write];
      const outcome = await this.#recorder.record(by, this.#event('given', before, after), writes);
      if (outcome.ok || outcome.refusedBy === 'guard')
        return savedAs({ kind: 'consent', name: after.id }, outcome, after);
      if (outcome.write > 0) await grant?.reread();
      return undefined;
    };
    const saved = await retryOnConflict(giveOnce, (each) => each === undefined, { most: ATTEMPTS });
    return saved ?? changedAgain('consent', consentId(userId, clientId));
  }

  /**
   * Creates a grant from the stored consent, in one commit with a note of that, so that a withdrawal never misses it. Returns
   * false, and writes nothing, if the consent no longer covers `needed`.
   */
  async use(client: ConsentClient, seen: Stored<Consent>, needed: Consented, grant: GrantDraft): Promise<boolean> {
    let consent: Stored<Consent> | undefined = seen;
    const useOnce = async (): Promise<boolean | undefined> => {
      if (!consent) return false;
      const { version, ...before } = consent;
      if (!isDeepStrictEqual(inBoth(needed, consentedOf(before)), needed)) return false;
      const after = { ...before, lastUsedAt: Math.max(now(), before.lastUsedAt + 1) };
      const write = grant.write();
      if (!write) return false;
      const outcome = await this.#realm.commit([replace(consents, after, version), write]);
      if (outcome.ok) return true;
      if (outcome.write > 0) await grant.reread();
      consent = await this.get(before.userId, client);
      return undefined;
    };
    return (await retryOnConflict(useOnce, (isUsed) => isUsed === undefined, { most: ATTEMPTS })) ?? false;
  }

  /**
   * Deletes the user's consent to this client, and revokes all their grants, including offline ones, so that their tokens are
   * invalid. The record is deleted in one commit with the last grants: it exists as long as any of them may be valid.
   */
  async withdraw(by: Actor, userId: string, clientId: string): Promise<Saved<Consent>> {
    const withdrawOnce = async (): Promise<Saved<Consent> | undefined> => {
      const before = await this.#stored(userId, clientId);
      if (!before) return missing('consent', consentId(userId, clientId));
      const live = await this.#liveGrants(userId, clientId);
      const at = now();
      const revoked = live.map(({ version, ...grant }) => replace(grants, { ...grant, revokedAt: at }, version));
      // More than one commit holds: the rest is revoked first, and a crash in between leaves a record that is withdrawn again.
      const first = revoked.splice(AT_ONCE);
      for (let i = 0; i < first.length; i += AT_ONCE) await this.#realm.commit(first.slice(i, i + AT_ONCE));
      const unmoved = { lastUsedAt: { is: before.lastUsedAt } };
      const outcome = await this.#recorder.record(by, this.#event('withdrawn', before, undefined), [
        remove(consents, before.id, unmoved),
        ...revoked,
      ]);
      return outcome.ok || outcome.refusedBy === 'guard'
        ? savedAs({ kind: 'consent', name: before.id }, outcome, before)
        : undefined;
    };
    const saved = await retryOnConflict(withdrawOnce, (each) => each === undefined, { most: ATTEMPTS });
    return saved ?? changedAgain('consent', consentId(userId, clientId));
  }

  async #liveGrants(userId: string, clientId: string) {
    const collection = this.#realm.of(grants);
    const live = [];
    for await (const grant of rows((page) => collection.find('byUserAndClient', { userId, clientId }, page), 100)) {
      if (grant.revokedAt === undefined) live.push(grant);
    }
    return live;
  }

  #event(happened: 'given' | 'withdrawn', before: Consent | undefined, after: Consent | undefined): Event {
    const { id = '', userId, clientId } = before ?? after ?? {};
    return {
      kind: `consent.${happened}`,
      realm: this.#recorder.realm,
      subject: { kind: 'consent', id },
      ...(userId !== undefined && { person: userId }),
      ...(clientId !== undefined && { clientId }),
      ...(before && { before: auditedOf(consents, before) }),
      ...(after && { after: auditedOf(consents, after) }),
    };
  }
}
