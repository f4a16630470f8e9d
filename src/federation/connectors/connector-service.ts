import { isDeepStrictEqual } from 'node:util';
import { type Instant, now, seconds } from '../../base/clock.js';
import { retryOnConflict } from '../../base/retry-on-conflict.js';
import { allRows, type Page, type PageRequest } from '../../base/paging.js';
import { problem, type Problem } from '../../base/problems/problem.js';
import type { Actor } from '../../changes/actor.js';
import type { Caches } from '../../changes/caching/caches.js';
import { WholeCache } from '../../changes/caching/whole-cache.js';
import type { Recorder } from '../../changes/change-recorder.js';
import { changedMeanwhile, invalid, missing, refused, type Saved } from '../../changes/change-result.js';
import { patchedInput } from '../../changes/patched-input.js';
import { recordedDocuments, type RecordedDocuments } from '../../changes/recorded-documents.js';
import type { Reference } from '../../changes/removal/reference.js';
import { referencesTo, type RemovalOptions, removeRecorded } from '../../changes/removal/remove-recorded.js';
import type { ConnectorStanding, ConnectorStandings } from '../../access/evaluation/confirmed-assignments.js';
import type { Snapshots } from '../../access/evaluation/snapshot.js';
import type { GroupService } from '../../identity/groups/group-service.js';
import type { IdentityLinks } from '../../identity/links/identity-links.js';
import type { Users } from '../../identity/users/users.js';
import type { EnforcingConnector } from '../../identity/userstores/enforced-elsewhere.js';
import { compareAsStored } from '../../base/text/compare-as-stored.js';
import type { Event } from '../../changes/event.js';
import type { Stored } from '../../storage/spec.js';
import type { Collection, Realm } from '../../storage/store.js';
import type { Write } from '../../storage/write.js';
import type { ConnectorEvent, UpstreamConnector } from '../contract/connector-kind.js';
import type { RedirectConnector, UpstreamFetch } from '../contract/redirect-connector.js';
import { type Connector, connectorAccess, connectorDomains, connectors, enforcedOf } from './connector.js';
import { boundedFetch } from './bounded-fetch.js';
import { connectorInput, type ConnectorInput, type ConnectorPatch } from './connector-input.js';
import { type ConnectorKinds, connectorSettings, withPresetMapping } from './connector-settings.js';
import { connectorAddresses } from './connector-addresses.js';
import { certifierOf, firstOwnKeys, openedOwnKeys } from './own-keys.js';
import { claimsRead } from './claims-read.js';
import { domainWrites } from './domain-writes.js';
import { mappingFaults } from './mapped-access.js';
import { writeBackFaults } from './write-back-faults.js';

/** A connector without its secret and its keys. */
export type ConnectorView = Omit<Stored<Connector>, 'secret' | 'ownKeys'>;

/** How many references a refused removal lists. */
const LISTED = 20;

/** The connectors of one realm, all cached in memory. */
export class ConnectorService {
  readonly #recorder: Recorder;
  readonly #realm: Realm;
  readonly #collection: Collection<typeof connectors>;
  readonly #documents: RecordedDocuments<typeof connectors>;
  readonly kinds: ConnectorKinds;
  readonly #fetch: UpstreamFetch;
  readonly #issuer: URL;
  readonly #snapshots: Pick<Snapshots, 'read'>;
  readonly #users: Pick<Users, 'listByUserstore' | 'get'>;
  readonly #links: Pick<IdentityLinks, 'forgetConnector' | 'ofConnector'>;
  readonly #groups: Pick<GroupService, 'releaseMirrored'>;
  readonly #cache: WholeCache<{
    readonly stored: ReadonlyMap<string, Stored<Connector>>;
    readonly views: ReadonlyMap<string, ConnectorView>;
    readonly standings: ConnectorStandings;
    readonly enforcing: readonly EnforcingConnector[];
  }>;

  constructor(parts: {
    readonly realm: Realm;
    readonly recorder: Recorder;
    readonly caches: Pick<Caches, 'register'>;
    readonly kinds: ConnectorKinds;
    /** By which connectors that redirect ask their upstream. */
    readonly fetch: UpstreamFetch;
    readonly issuer: URL;
    readonly snapshots: Pick<Snapshots, 'read'>;
    readonly users: Pick<Users, 'listByUserstore' | 'get'>;
    readonly links: Pick<IdentityLinks, 'forgetConnector' | 'ofConnector'>;
    readonly groups: Pick<GroupService, 'releaseMirrored'>;
  }) {
    this.#recorder = parts.recorder;
    this.#realm = parts.realm;
    this.#collection = parts.realm.of(connectors);
    this.#documents = recordedDocuments(parts.recorder, {
      spec: connectors,
      kind: 'connector',
      access: connectorAccess,
    });
    this.kinds = parts.kinds;
    this.#fetch = parts.fetch;
    this.#issuer = parts.issuer;
    this.#snapshots = parts.snapshots;
    this.#users = parts.users;
    this.#links = parts.links;
    this.#groups = parts.groups;
    this.#cache = new WholeCache(async () => {
      const rows = await allRows((page) => this.#collection.find('all', {}, page));
      return {
        stored: new Map(rows.map((row) => [row.id, row])),
        views: new Map(rows.map((row) => [row.id, withoutSecret(row)])),
        standings: new Map(rows.map((row) => [row.id, standingOf(row)])),
        enforcing: enforcingAmong(rows),
      };
    });
    parts.caches.register(parts.realm.id, 'connector', this.#cache);
  }

  /** By id, in their order. From the cache; the same map until a connector changes. */
  async all(): Promise<ReadonlyMap<string, ConnectorView>> {
    return (await this.#cache.get()).views;
  }

  /** What decisions read. From the cache; the same map until a connector changes. */
  async standings(): Promise<ConnectorStandings> {
    return (await this.#cache.get()).standings;
  }

  /** The enabled connectors that enforce domains. From the cache; the same array until a connector changes. */
  async enforcers(): Promise<readonly EnforcingConnector[]> {
    return (await this.#cache.get()).enforcing;
  }

  /** From the cache. */
  async get(id: string): Promise<ConnectorView | undefined> {
    return (await this.all()).get(id);
  }

  /** Says whether a connector has this secret, so that none has to leave the service to be compared. */
  async comparingSecrets(): Promise<(id: string, secret: string) => boolean> {
    const { stored } = await this.#cache.get();
    return (id, secret) => stored.get(id)?.secret === secret;
  }

  /**
   * As {@link enforcers}, with the change of an event of a connector. From the store, since no cache of another process is fresh enough for
   * a guard.
   */
  async enforcing(change?: Event): Promise<readonly EnforcingConnector[]> {
    const stored = await allRows((page) => this.#collection.find('all', {}, page));
    if (change?.subject.kind !== 'connector') return enforcingAmong(stored);
    const { subject, after } = change;
    const others = stored.filter(({ id }) => id !== subject.id);
    // The spec marks these fields `audited`; an event shows them as they are stored.
    const changed = after && { ...(after as Pick<Connector, 'enabled' | 'domains'>), id: subject.id };
    return enforcingAmong(changed ? [...others, changed] : others);
  }

  /** The id of a user of the connector as links have it, of any spelling that an administrator may copy. */
  subjectText(connector: Pick<ConnectorView, 'kind' | 'preset' | 'connection' | 'subject'>, typed: string): string {
    const settings = connectorSettings(this.kinds, connector);
    const kind = this.kinds.get(connector.kind);
    return settings.ok ? (kind?.subjectText?.(settings.value, typed) ?? typed) : typed;
  }

  /** In their order. */
  async list(page: PageRequest): Promise<Page<ConnectorView>> {
    const { rows, ...rest } = await this.#collection.find('all', {}, page);
    return { ...rest, rows: rows.map(withoutSecret) };
  }

  /**
   * The connector at work, disabled or not; whoever opens it closes it. Undefined if there is none of this id, or if this process does not
   * know its kind or refuses its settings.
   */
  async open(
    id: string,
    report: (event: ConnectorEvent) => void,
  ): Promise<UpstreamConnector | RedirectConnector | undefined> {
    const connector = (await this.#cache.get()).stored.get(id);
    if (!connector) return undefined;
    const settings = connectorSettings(this.kinds, connector);
    if (!settings.ok) return undefined;
    const { secret, domains, formerId, ownKeys } = connector;
    const parts = {
      ...{ id, settings: settings.value, report },
      ...(secret !== undefined && { secret }),
      ...(formerId !== undefined && { formerId }),
      domains: domains.map(({ name }) => name),
      claims: claimsRead(connector),
    };
    const kind = this.kinds.get(connector.kind);
    return kind?.signsInBy === 'redirect'
      ? kind.create({
          ...{ ...parts, fetch: boundedFetch(this.#fetch), addresses: connectorAddresses(this.#issuer, id) },
          ...(ownKeys !== undefined && { ownKeys: openedOwnKeys(ownKeys) }),
        })
      : kind?.create(parts);
  }

  /** Refused as `taken` (the id, or a domain that another connector has), `invalid` (also by its kind, and for a mapping that
   * names an unknown role or lists one with a permission at Gatehouse), `forbidden`. */
  async create(by: Actor, written: ConnectorInput): Promise<Saved<ConnectorView>> {
    const input = withPresetMapping(this.kinds, written);
    const faults = await this.#refusal(input);
    if (faults) return faults;
    // Those of a removed connector of this name, whose removal was interrupted: its subjects and groups are others.
    if (!(await this.#collection.get(input.id))) {
      await this.#links.forgetConnector(input.id);
      await this.#groups.releaseMirrored(by, input.id);
    }
    const at = now();
    const certify = certifierOf(this.kinds, input.kind);
    const connector = {
      ...{ ...input, createdAt: at, since: at, ...(input.secret !== undefined && { secretSetAt: at }) },
      ...(certify && { ownKeys: await firstOwnKeys(input.id, certify), ownKeysSetAt: at }),
    };
    const domains = domainWrites(input.id, [], input.domains);
    return this.#shown(input, await this.#documents.create(by, connector, domains));
  }

  /** Changes the fields that the patch names. Id and kind stay. Refused as {@link create}, and as `missing`, `changed`. */
  async update(by: Actor, id: string, patch: ConnectorPatch, expected: number): Promise<Saved<ConnectorView>> {
    const before = await this.#at(id, expected);
    if (!before.ok) return before;
    const read = patchedInput(connectorInput, before.value, { ...patch, id });
    if (!read.ok) return invalid(...read.problems);
    const input = withPresetMapping(this.kinds, read.value);
    const { createdAt, since, secret, secretSetAt, lastFullRunAt, kind, ownKeys, ownKeysSetAt } = before.value;
    if (input.kind !== kind) return invalid(problem('connector-kind-fixed', ['kind'], { connector: id, kind }));
    const faults = await this.#refusal(input, before.value);
    if (faults) return faults;
    const setAt = input.secret === secret ? secretSetAt : now();
    const after: Connector = {
      ...{ ...input, createdAt, since },
      ...(input.secret !== undefined && setAt !== undefined && { secretSetAt: setAt }),
      ...(lastFullRunAt !== undefined && { lastFullRunAt }),
      ...(ownKeys !== undefined && { ownKeys }),
      ...(ownKeysSetAt !== undefined && { ownKeysSetAt }),
      ...this.#formerId(before.value.formerId ?? this.#idOf(before.value), input),
    };
    const more = domainWrites(id, before.value.domains, input.domains);
    return this.#shown(input, await this.#documents.change(by, before.value, after, { more }));
  }

  /**
   * Notes that a synchronization which began then confirmed everybody by the settings of this connector, with `more` in the same commit.
   * The connector's own version is the stored one: nobody decided anything. Refused as `missing`, `changed`.
   */
  async synchronized(
    by: Actor,
    used: ConnectorView,
    lastFullRunAt: Instant,
    more: readonly Write[],
  ): Promise<Saved<ConnectorView>> {
    const { id } = used;
    const noteOnce = async (): Promise<Saved<ConnectorView>> => {
      const before = await this.#collection.get(id);
      if (!before) return missing('connector', id);
      const { version: _, formerId: __, ...connector } = before;
      const how = { happened: 'confirmed', more };
      // Somebody may have changed the settings again meanwhile: all links are by the id of the run.
      const after = { ...connector, lastFullRunAt, ...this.#formerId(this.#idOf(used), before) };
      const saved = await this.#documents.change(by, before, after, how);
      return saved.ok ? { ok: true, value: withoutSecret(saved.value) } : saved;
    };
    return retryOnConflict(noteOnce, (saved) => !saved.ok && saved.refusal.code === 'changed', { most: 4 });
  }

  /**
   * What a removal concerns: clients that offer the connector lose it, access that came from it ends, all links through it are removed,
   * users of the userstore keep their account and can no longer sign in, and users of others no longer sign in through it. Groups that it mirrors become ordinary ones. Reads no more
   * users than it lists.
   */
  async references(
    id: string,
    limit: number,
  ): Promise<{ readonly references: readonly Reference[]; readonly more: boolean }> {
    const users = await this.#users.listByUserstore(id, { limit: Math.ceil(limit / 2) });
    const people = users.rows.map(({ id: userId, username }): Reference => ({
      kind: 'user',
      id: userId,
      name: username,
      how: 'userstore',
    }));
    const links = await this.#links.ofConnector(id, { limit: Math.ceil(limit / 4) });
    const owners = await Promise.all(
      [...new Set(links.rows.map(({ userId }) => userId))].map((of) => this.#users.get(of)),
    );
    const linked = owners.flatMap((user): readonly Reference[] =>
      user === undefined || user.userstore === id
        ? []
        : [{ kind: 'user', id: user.id, name: user.username, how: 'linked' }],
    );
    const left = limit - people.length - linked.length;
    const others = await referencesTo(this.#recorder, [{ kind: 'connector', id }], left);
    const more = others.more || users.next !== undefined || links.next !== undefined;
    return { references: [...others.references, ...people, ...linked], more };
  }

  /**
   * Removes a connector: its id is free again. Refused as `in-use` (see {@link references}) unless `cascade`, as `missing`, `changed`,
   * `forbidden`.
   */
  async remove(by: Actor, id: string, expected: number, options?: RemovalOptions): Promise<Saved<ConnectorView>> {
    const read = async () => {
      const connector = await this.#at(id, expected);
      if (!connector.ok) return connector;
      const more = domainWrites(id, connector.value.domains, []);
      const changes = [this.#documents.planRemoval(connector.value, { more })];
      return { ok: true, value: { value: withoutSecret(connector.value), changes } } as const;
    };
    const thing = { kind: 'connector', name: id } as const;
    if (options?.cascade !== true) {
      const connector = await read();
      if (!connector.ok) return connector;
      const { references, more } = await this.references(id, LISTED);
      if (references.length > 0) return refused('in-use', problem('in-use', [], { thing, references, more }));
    }
    const removal = { removed: [{ kind: 'connector', id } as const], thing: () => thing, read };
    const saved = await removeRecorded(this.#recorder, by, removal, options);
    if (saved.ok) await this.#links.forgetConnector(id);
    return saved;
  }

  /** By which id people are known. Undefined: it cannot change, or the settings are none of this version. */
  #idOf(connector: Parameters<typeof connectorSettings>[1]): string | undefined {
    const settings = connectorSettings(this.kinds, connector);
    const kind = this.kinds.get(connector.kind);
    return settings.ok && kind?.signsInBy === 'password' ? kind.idOf?.(settings.value) : undefined;
  }

  /** @param linkedBy the id by which its links know people */
  #formerId(
    linkedBy: string | undefined,
    connector: Parameters<typeof connectorSettings>[1],
  ): Pick<Connector, 'formerId'> {
    const id = this.#idOf(connector);
    return linkedBy === undefined || id === undefined || linkedBy === id ? {} : { formerId: linkedBy };
  }

  async #at(id: string, expected: number): Promise<Saved<Stored<Connector>>> {
    const connector = await this.#collection.get(id);
    if (!connector) return missing('connector', id);
    return connector.version === expected ? { ok: true, value: connector } : changedMeanwhile('connector', id);
  }

  /** Checks what differs: a connector that a later version would refuse can still be renamed and disabled. */
  async #refusal(input: ConnectorInput, before?: Connector): Promise<Saved<never> | undefined> {
    const isSame = (...fields: readonly (keyof ConnectorInput)[]): boolean =>
      before !== undefined && fields.every((field) => isDeepStrictEqual(input[field], before[field]));
    const settings = isSame('preset', 'connection', 'subject') ? undefined : connectorSettings(this.kinds, input);
    const isWritingSame = isSame('preset', 'connection', 'subject', 'mapping', 'provisioning', 'writeBack');
    const faults = [
      ...this.#unused(input),
      ...(isWritingSame ? [] : writeBackFaults(this.kinds, input)),
      ...(settings?.ok === false ? settings.problems : []),
      ...(isSame('mapping') ? [] : mappingFaults(input.mapping, await this.#snapshots.read(), now())),
    ];
    return faults.length > 0 ? invalid(...faults) : this.#domainTaken(input);
  }

  /** Settings that the kind has no use for: a typed password is never old and needs no link, and some providers tell no time. */
  #unused({ kind: name, sync, lockout, leavers, rules, logo }: ConnectorInput): readonly Problem[] {
    const kind = this.kinds.get(name);
    if (!kind) return [];
    const maxAge = [['rules', 'maxAge'], rules?.maxAge] as const;
    const unused = {
      redirect: [
        [['sync'], sync],
        [['lockout'], lockout],
        [['leavers'], leavers],
      ],
      password: [maxAge, [['logo'], logo]],
    } as const;
    const tellsNoTime = kind.signsInBy === 'redirect' && kind.tellsNoTime === true;
    return [...unused[kind.signsInBy], ...(tellsNoTime ? [maxAge] : [])].flatMap(([path, value]) =>
      value === undefined ? [] : problem('connector-setting-unused', path, { setting: path.join('.'), kind: name }),
    );
  }

  async #domainTaken({ id, domains }: ConnectorInput): Promise<Saved<never> | undefined> {
    const owners = await this.#realm.of(connectorDomains).getMany(domains.map(({ name }) => name));
    const taken = domains.flatMap(({ name }, at): Problem[] => {
      const connector = owners.get(name)?.connector;
      if (connector === undefined || connector === id) return [];
      return [problem('connector-domain-taken', ['domains', at, 'name'], { domain: name, connector })];
    });
    return taken.length > 0 ? refused('taken', ...taken) : undefined;
  }

  /** Somebody else may have taken a domain since it was checked; the store names only a key. */
  async #shown(input: ConnectorInput, saved: Saved<Stored<Connector>>): Promise<Saved<ConnectorView>> {
    if (saved.ok) return { ok: true, value: withoutSecret(saved.value) };
    return (saved.refusal.code === 'taken' ? await this.#domainTaken(input) : undefined) ?? saved;
  }
}

/** Those that enforce domains, by id. Pure. */
export const enforcingAmong = (
  among: Iterable<Pick<Connector, 'id' | 'enabled' | 'domains'>>,
): readonly EnforcingConnector[] =>
  [...among]
    .map((connector) => ({ id: connector.id, enforces: enforcedOf(connector) }))
    .filter(({ enforces }) => enforces.length > 0)
    .sort((a, b) => compareAsStored(a.id, b.id));

const withoutSecret = ({ secret: _, ownKeys: __, ...view }: Stored<Connector>): ConnectorView => view;

const standingOf = ({ enabled, accessLasts, lastFullRunAt }: Connector): ConnectorStanding => ({
  enabled,
  accessLasts: seconds(accessLasts),
  ...(lastFullRunAt !== undefined && { lastFullRunAt }),
});
