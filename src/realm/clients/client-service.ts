import { type Instant, now } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import { problem, type Problem } from '../../base/problems/problem.js';
import { readInput } from '../../base/problems/read-input.js';
import { compareAsStored } from '../../base/text/compare-as-stored.js';
import type { Actor } from '../../changes/actor.js';
import { patchedInput } from '../../changes/patched-input.js';
import { BoundedCache } from '../../changes/caching/bounded-cache.js';
import type { Caches } from '../../changes/caching/caches.js';
import { allRows, type Page, type PageRequest, pages } from '../../base/paging.js';
import type { Reference } from '../../changes/removal/reference.js';
import type { Referrer, ReferrerSource, Removed } from '../../changes/removal/referrer.js';
import { type RemovalOptions, removeRecorded } from '../../changes/removal/remove-recorded.js';
import { recordedDocuments, type RecordedDocuments } from '../../changes/recorded-documents.js';
import type { Recorder } from '../../changes/change-recorder.js';
import type { Change } from '../../changes/event.js';
import { changedMeanwhile, invalid, missing, refused, type Saved } from '../../changes/change-result.js';
import type { Stored } from '../../storage/spec.js';
import type { Collection, Realm } from '../../storage/store.js';
import type { Write } from '../../storage/write.js';
import { forgetConsents } from '../../sessions/consents/forget-consents.js';
import { ACCOUNT_CLIENT } from './account-client.js';
import { type Client, type ClientAccess, clients, keepsSecret } from './client.js';
import { clientWithout } from './client-without-references.js';
import { clientId, clientInput, type ClientInput, type ClientPatch } from './client-input.js';
import { compareSecret, givenSecretFault, goodSecrets, makeSecret, MOST_SECRETS } from './client-secret.js';
import type { ResourceServerService } from '../resource-servers/resource-server-service.js';
import type { SettingsService } from '../settings/settings-service.js';
import { claimClientId, usedUserIds } from '../used-user-id.js';

const CACHED_CLIENTS = 1000;

/** A client that was just created or given a secret; `secret` is shown only this once. */
export interface ClientWithSecret {
  readonly client: Stored<Client>;
  /** Absent for a client without secrets, and if nothing changed. */
  readonly secret?: string;
}

/** The clients of one realm. */
export class ClientService implements ReferrerSource {
  readonly #recorder: Recorder;
  readonly #realm: Realm;
  readonly #collection: Collection<typeof clients>;
  readonly #documents: RecordedDocuments<typeof clients>;
  readonly #resourceServers: Pick<ResourceServerService, 'get'>;
  readonly #settings: Pick<SettingsService, 'get'>;
  readonly #isUser: (id: string) => Promise<boolean>;
  readonly #cache: BoundedCache<Stored<Client>>;

  constructor(parts: {
    readonly realm: Realm;
    readonly recorder: Recorder;
    readonly caches: Pick<Caches, 'register'>;
    readonly resourceServers: Pick<ResourceServerService, 'get'>;
    /** The defaults for new clients. */
    readonly settings: Pick<SettingsService, 'get'>;
    /** Whether a user has this id, so that no client may get it; absent: there are none. */
    readonly isUser?: (id: string) => Promise<boolean>;
  }) {
    this.#recorder = parts.recorder;
    this.#realm = parts.realm;
    this.#collection = parts.realm.of(clients);
    this.#documents = recordedDocuments(parts.recorder, { spec: clients, kind: 'client', access });
    this.#resourceServers = parts.resourceServers;
    this.#settings = parts.settings;
    this.#isUser = parts.isUser ?? (async () => false);
    this.#cache = new BoundedCache(
      CACHED_CLIENTS,
      (id) => this.#collection.get(id),
      (ids) => this.#collection.getMany(ids),
    );
    parts.caches.register(parts.realm.id, 'client', this.#cache);
  }

  /** From the cache. */
  get(id: string): Promise<Stored<Client> | undefined> {
    return this.#cache.get(id);
  }

  /** The existing ones, from the cache; missing ones are read together. At most 1,000. */
  async getMany(ids: readonly string[]): Promise<ReadonlyMap<string, Stored<Client>>> {
    return this.#cache.getMany(ids);
  }

  /** By name. */
  list(page: PageRequest): Promise<Page<Stored<Client>>> {
    return this.#collection.find('all', {}, page);
  }

  /** Clients after this one, by name and id, up to a limit. */
  async findNext(after: Pick<Client, 'name' | 'id'> | undefined, limit: number): Promise<readonly Stored<Client>[]> {
    const from = after ? { name: { gte: after.name } } : {};
    const isAfter = ({ name, id }: Client): boolean =>
      !after || name !== after.name || compareAsStored(id, after.id) > 0;
    const found: Stored<Client>[] = [];
    for await (const page of pages((request) => this.#collection.find('all', from, request), { limit })) {
      found.push(...page.filter(isAfter));
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  /**
   * `secret` must not be weak; if none is given, 256 random bits are generated. Refused as `taken` (the id is another client's,
   * or is or was a user's) or `invalid`.
   */
  async create(by: Actor, input: ClientInput, secret?: string): Promise<Saved<ClientWithSecret>> {
    const fault = (await this.#resourceServerFault(input)) ?? givenSecretFault(input, secret);
    if (fault) return invalid(fault);
    const claim = await this.#claim(input.id);
    if (!claim.ok) return claim;
    const at = now();
    const made = keepsSecret(input) ? makeSecret(at, secret) : undefined;
    const { idTokenAlgorithm = (await this.#settings.get()).idTokenAlgorithm } = input;
    const secrets = made ? [made.stored] : [];
    const client = { ...input, idTokenAlgorithm, createdAt: at, since: at, secrets, assignments: [] };
    const created = await this.#documents.create(by, client, claim.value);
    if (!created.ok) return created;
    return { ok: true, value: { client: created.value, ...(made && { secret: made.clear }) } };
  }

  /**
   * Changes the fields that the patch names; secrets and assignments stay, and {@link rename} gives another id. A client that changes to no authentication or to its own
   * key loses its secrets. One that changes to a secret and has none needs {@link setSecret}.
   */
  async update(by: Actor, id: string, patch: ClientPatch, expected: number): Promise<Saved<Stored<Client>>> {
    const before = await this.#at(id, expected);
    if (!before.ok) return before;
    const read = patchedInput(clientInput, before.value, { ...patch, id });
    if (!read.ok) return invalid(...read.problems);
    const input = read.value;
    const fault = await this.#resourceServerFault(input);
    if (fault) return invalid(fault);
    const { createdAt, since, secrets, assignments, madeBefore } = before.value;
    const { idTokenAlgorithm = before.value.idTokenAlgorithm } = input;
    const remainingSecrets = keepsSecret(input) ? secrets : [];
    const own = {
      createdAt,
      since,
      secrets: remainingSecrets,
      assignments,
      ...(madeBefore !== undefined && { madeBefore }),
    };
    const after = { ...input, idTokenAlgorithm, ...own };
    return this.#documents.change(by, before.value, after);
  }

  /** Makes this the client's only secret; writes nothing if it is already. */
  async setSecret(by: Actor, id: string, expected: number, given?: string): Promise<Saved<ClientWithSecret>> {
    const before = await this.#at(id, expected);
    if (!before.ok) return before;
    const client = before.value;
    if (!keepsSecret(client))
      return invalid(problem('client-has-no-secret', [], { client: id, authentication: client.authentication }));
    const fault = givenSecretFault(client, given);
    if (fault) return invalid(fault);
    const at = now();
    const only = client.secrets.length === 1 && client.secrets[0]?.expiresAt === undefined;
    if (given !== undefined && only && compareSecret(client, given, at)) return { ok: true, value: { client } };
    const made = makeSecret(at, given);
    const after = { ...client, secrets: [made.stored] };
    const changed = await this.#documents.change(by, client, after, { happened: 'secret-set' });
    if (!changed.ok) return changed;
    return { ok: true, value: { client: changed.value, secret: made.clear } };
  }

  /** Makes these the client's only secrets; writes nothing if they are already. */
  async setSecrets(by: Actor, id: string, expected: number, given: readonly string[]): Promise<Saved<Stored<Client>>> {
    const before = await this.#at(id, expected);
    if (!before.ok) return before;
    const client = before.value;
    const fault = given.map((secret) => givenSecretFault(client, secret)).find((found) => found !== undefined);
    if (fault) return invalid(fault);
    const at = now();
    const already =
      given.length === client.secrets.length && given.every((secret) => compareSecret(client, secret, at));
    if (already) return before;
    const secrets = given.map((secret) => makeSecret(at, secret).stored);
    return this.#documents.change(by, client, { ...client, secrets }, { happened: 'secret-set' });
  }

  /** Adds a secret beside the existing ones, so that an application can change to it without interruption. */
  async addSecret(
    by: Actor,
    id: string,
    expected: number,
    { expiresAt }: { readonly expiresAt?: Instant | undefined } = {},
  ): Promise<Saved<{ readonly client: Stored<Client>; readonly secretId: string; readonly secret: string }>> {
    const before = await this.#at(id, expected);
    if (!before.ok) return before;
    const client = before.value;
    if (!keepsSecret(client))
      return invalid(problem('client-has-no-secret', [], { client: id, authentication: client.authentication }));
    const at = now();
    const validSecrets = goodSecrets(client, at);
    if (validSecrets.length >= MOST_SECRETS) {
      return invalid(problem('client-secrets-full', [], { client: id, secrets: validSecrets.length }));
    }
    const { stored, clear } = makeSecret(at);
    const added = { ...stored, ...(expiresAt !== undefined && { expiresAt }) };
    const after = { ...client, secrets: [...validSecrets, added] };
    const changed = await this.#documents.change(by, client, after, { happened: 'secret-added' });
    return changed.ok ? { ok: true, value: { client: changed.value, secretId: added.id, secret: clear } } : changed;
  }

  /** Sets when the secret expires; a time in the past, or now, removes it. */
  async endSecret(
    by: Actor,
    id: string,
    expected: number,
    { secretId, at }: { readonly secretId: string; readonly at: Instant },
  ): Promise<Saved<Stored<Client>>> {
    const before = await this.#at(id, expected);
    if (!before.ok) return before;
    const client = before.value;
    if (!client.secrets.some((secret) => secret.id === secretId))
      return refused('missing', problem('client-secret-unknown', [], { client: id, secret: secretId }));
    const ended = client.secrets.map((secret) => (secret.id === secretId ? { ...secret, expiresAt: at } : secret));
    const secrets = goodSecrets({ secrets: ended }, now());
    return this.#documents.change(by, client, { ...client, secrets }, { happened: 'secret-ended' });
  }

  /** Only for `access/`, which owns the rules of assignments. */
  async replaceAssignments(
    by: Actor,
    id: string,
    assignments: readonly Assignment[],
    expected: number,
    reason?: string,
  ): Promise<Saved<Stored<Client>>> {
    const before = await this.#at(id, expected);
    if (!before.ok) return before;
    return this.#documents.change(
      by,
      before.value,
      { ...before.value, assignments: [...assignments] },
      { happened: 'assignments-replaced', ...(reason !== undefined && { reason }) },
    );
  }

  /**
   * Removes a client. Everything issued to it ends, and so do consents: a later client under the same id inherits nothing.
   * Refused as `in-use` (limitations to it, roles that apply only to it) unless `cascade`, as `invalid` for the built-in one,
   * as `missing`, `changed`, `forbidden`.
   */
  async remove(by: Actor, id: string, expected: number, options?: RemovalOptions): Promise<Saved<Stored<Client>>> {
    const saved = await this.#end(by, { kind: 'client', id }, expected, [], options);
    if (saved.ok) await forgetConsents(this.#realm, id);
    return saved;
  }

  /**
   * Changes a client's id, including in limitations and roles. Everything issued to the old id ends. Refused as `taken`,
   * `invalid`, `missing`, `changed`, `forbidden`.
   */
  async rename(by: Actor, id: string, to: string, expected: number): Promise<Saved<Stored<Client>>> {
    const named = readInput(clientId, to);
    if (!named.ok) return invalid(...named.problems);
    const before = await this.#at(id, expected);
    if (!before.ok) return before;
    const claim = await this.#claim(to);
    if (!claim.ok) return claim;
    const { version: _, ...client } = before.value;
    const at = now();
    // Never an earlier time: tokens issued under an id must not become valid again when the client returns to it.
    const after = { ...client, id: to, createdAt: Math.max(at, client.createdAt + 1), since: at };
    const made = this.#documents.planCreation(after, { happened: 'renamed', reason: `was ${id}`, more: claim.value });
    const saved = await this.#end(by, { kind: 'client', id, to }, expected, [made], { cascade: true });
    if (!saved.ok) return saved;
    await forgetConsents(this.#realm, id);
    return { ok: true, value: { ...after, version: 1 } };
  }

  /** Clients that refer to an object that is to be removed. */
  async *referring(removed: Removed): AsyncGenerator<Referrer> {
    for (const client of await allRows((page) => this.list(page))) {
      const without = clientWithout(client, removed);
      if (!without || (removed.kind === 'client' && client.id === removed.id)) continue;
      const change = this.#documents.planChange(client, without.client, { reason: 'removed' });
      if (!change) continue;
      const { id, name } = client;
      const references = without.how.map((how): Reference => ({ kind: 'client', id, name, how }));
      yield { references, cut: { kind: 'change', change } };
    }
  }

  #end(
    by: Actor,
    removed: Removed,
    expected: number,
    made: readonly Change[],
    options?: RemovalOptions,
  ): Promise<Saved<Stored<Client>>> {
    const read = async () => {
      const client = await this.#at(removed.id, expected);
      if (!client.ok) return client;
      if (removed.id === ACCOUNT_CLIENT) return invalid(problem('client-built-in', [], { id: ACCOUNT_CLIENT }));
      return {
        ok: true,
        value: { value: client.value, changes: [this.#documents.planRemoval(client.value), ...made] },
      } as const;
    };
    const removal = { removed: [removed], thing: ({ id }: Client) => ({ kind: 'client', name: id }) as const, read };
    return removeRecorded(this.#recorder, by, removal, options);
  }

  /** The writes that reserve an id against users; none if it is reserved already. Refused as `taken` if a user has or had it. */
  async #claim(id: string): Promise<Saved<readonly Write[]>> {
    // The user first: one who is removed between the two reads leaves the id among the used ones.
    const isUser = await this.#isUser(id);
    const used = await this.#realm.of(usedUserIds).get(id);
    if (isUser || (used && used.client === undefined)) {
      return refused('taken', problem('client-id-taken', ['id'], { id }));
    }
    return { ok: true, value: used ? [] : [claimClientId(id)] };
  }

  /** Bypasses the cache: a change is made to the stored state. */
  async #at(id: string, expected: number): Promise<Saved<Stored<Client>>> {
    const client = await this.#collection.get(id);
    if (!client) return missing('client', id);
    if (client.version === expected) return { ok: true, value: client };
    return changedMeanwhile('client', id);
  }

  async #resourceServerFault(input: ClientInput): Promise<Problem | undefined> {
    for (const identifier of [...input.resourceServers, ...(input.introspects ?? [])]) {
      if (!(await this.#resourceServers.get(identifier))) {
        return problem('client-unknown-resource-server', [], { client: input.id, resourceServer: identifier });
      }
    }
    return undefined;
  }
}

const access = ({ assignments, grantTypes, scopes, resourceServers }: Client): ClientAccess => ({
  assignments,
  grantTypes,
  scopes,
  resourceServers,
});
