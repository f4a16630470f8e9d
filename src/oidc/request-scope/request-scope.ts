import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from 'koa';
import type { AuditEntry } from '../../audit/audit-entry.js';
import type { Write } from '../../storage/write.js';
import type { Session } from '../../sessions/session.js';
import type { Settings } from '../../realm/settings/settings.js';
import { inStoreTime, storeTimeLeft } from '../../storage/deadlines/store-time.js';
import type { Realm } from '../../storage/store.js';
import { Issuances } from '../issuance/issuance.js';
import type { LibraryRefusal } from '../refusals/library-refusal.js';
import { type Computation, Computed } from './computation.js';
import { AnswerLifetime } from './answer-lifetime.js';
import { GrantWriters } from './grant-writers.js';
import { HeldWrites, type Work } from './held-writes.js';
import { type PendingUndos, pendingUndos } from './pending-undos.js';
import { type CachedClients, RequestReads } from './request-reads.js';
import { GRACE } from './request-time.js';
import { RequestUndos } from './request-undos.js';
import { TokenExchange } from './token-exchange.js';

export type Flushed = 'written' | 'redeemed-elsewhere';

export interface ScopeOptions {
  /** Whether a user's activity is read with the user, since decisions depend on it. */
  readonly withBehaviour?: boolean;
  /** Shared by all requests of this process. */
  readonly undos?: PendingUndos;
  /** Absent: the existence of clients is not checked. */
  readonly clients?: CachedClients | undefined;
  /** Absent: nothing is recorded. */
  readonly audit?: ScopeAudit | undefined;
}

/** How a request records what no change carries. */
export interface ScopeAudit {
  /** The writes of these records, for a commit. @throws StoreUnavailable */
  writes(entries: readonly AuditEntry[]): Promise<readonly Write[]>;
  /** Records a refusal. Never throws: a request that is refused is answered all the same. */
  recordFailure(entry: AuditEntry): Promise<void>;
}

/**
 * One request's view of the store. The library asks often and writes early. Here each document is read once (`reads`), and writes
 * wait until the answer is known (`held`), with the code or refresh token that they are paid with (`exchange`).
 *
 * Writes that may not wait are made at once by the adapters: using up an interaction or a pushed request, revoking, ending a session.
 * `undos` says how to give back what was used up, if the answer is never sent.
 */
export class RequestScope {
  readonly realm: Realm;
  readonly settings: Settings;
  readonly ctx: Context;
  readonly clients: CachedClients | undefined;
  readonly reads: RequestReads;
  readonly held: HeldWrites;
  readonly undos: RequestUndos;
  readonly exchange: TokenExchange;
  /** The access tokens that this request issues: usually one. */
  readonly issuances = new Issuances();
  readonly grantWriters = new GrantWriters();
  readonly lifetime = new AnswerLifetime();
  readonly #computed = new Computed();
  readonly #audit: ScopeAudit | undefined;
  readonly #recording: Promise<void>[] = [];
  #interactionSession: string | undefined;
  #refusal: LibraryRefusal | undefined;
  #signedOut: Session | undefined;
  #signedOutTo: string | undefined;

  constructor(realm: Realm, settings: Settings, ctx: Context, options: ScopeOptions = {}) {
    const { withBehaviour = false, undos: pending = pendingUndos(), clients, audit } = options;
    this.#audit = audit;
    this.realm = realm;
    this.settings = settings;
    this.ctx = ctx;
    this.clients = clients;
    this.reads = new RequestReads(realm, { ctx, pending, withBehaviour, clients });
    this.held = new HeldWrites(realm);
    this.undos = new RequestUndos(pending);
    this.exchange = new TokenExchange(realm, this.undos);
  }

  /** Whether this request writes anything once its answer is known. */
  get holdsWrites(): boolean {
    return !this.held.isEmpty || this.exchange.redeeming !== undefined;
  }

  /** A value of this request, computed for the first caller. */
  compute<T>(what: Computation<T>, id: string, value: () => Promise<T>): Promise<T> {
    return this.#computed.get(what, id, value);
  }

  /** The uid of the session in which the interaction of this sign-in page began. */
  get interactionSession(): string | undefined {
    return this.#interactionSession;
  }

  /** From here on this request acts in the session in which its interaction began. */
  continueInteraction(session: { readonly uid: string } | undefined): void {
    this.#interactionSession = session?.uid;
  }

  /** The session that this request ended because the user signed out. */
  get signedOut(): Session | undefined {
    return this.#signedOut;
  }

  /** Where the application wants the browser after a sign-out without a question. */
  get signedOutTo(): string | undefined {
    return this.#signedOutTo;
  }

  noteSignOut(session: Session): void {
    this.#signedOut = session;
  }

  noteSignOutTarget(address: string): void {
    this.#signedOutTo = address;
  }

  /** Why the library refused this request. If it refused twice, the later refusal was answered. */
  get refusal(): LibraryRefusal | undefined {
    return this.#refusal;
  }

  noteRefusal(refusal: LibraryRefusal): void {
    this.#refusal = refusal;
  }

  /** Records a refusal beside the writes of this request. @param entryOf undefined: it is not recorded */
  async recordFailure(entryOf: () => Promise<AuditEntry | undefined> | AuditEntry | undefined): Promise<void> {
    const entry = this.#audit && (await entryOf());
    if (this.#audit && entry) this.#recording.push(this.#audit.recordFailure(entry));
  }

  /** Returns once its records are written. */
  async recorded(): Promise<void> {
    await Promise.all(this.#recording.splice(0));
  }

  /** The writes of these records, for a commit of this request. @throws StoreUnavailable */
  async recordWrites(entries: () => readonly AuditEntry[]): Promise<readonly Write[]> {
    return this.#audit ? this.#audit.writes(entries()) : [];
  }

  /** For a request whose answer was not sent and never will be: gives back what it used up. */
  undo(): void {
    this.undos.giveBack();
  }

  /** Writes what was held. @throws StoreUnavailable in time, whatever the store does */
  async flush(succeeded: boolean): Promise<Flushed> {
    const until = performance.now() + storeTimeLeft() - GRACE;
    const flushed = await inStoreTime(() => this.#flush(succeeded, until));
    await this.recorded();
    return flushed;
  }

  async #flush(succeeded: boolean, until: number): Promise<Flushed> {
    const { writes, works, settled, afterwards } = this.held.take();
    const exchanged = succeeded ? await this.exchange.redeem(writes, until) : await this.exchange.useUpCode(until);
    const isLost = exchanged === 'lost';
    if (isLost || !succeeded) {
      await all(settled);
      return isLost ? 'redeemed-elsewhere' : 'written';
    }
    const rest = exchanged === 'won' ? [] : writes.map(({ alone }) => alone);
    await all([...rest, ...works, ...settled]);
    for (const run of afterwards) run();
    return 'written';
  }
}

const all = async (writes: readonly (Work | (() => Promise<unknown>))[]): Promise<void> => {
  await Promise.all(writes.map((write) => write()));
};

const scopes = new AsyncLocalStorage<RequestScope>();

export const runInScope = <T>(scope: RequestScope, run: () => Promise<T>): Promise<T> => scopes.run(scope, run);

/** The scope of this request; undefined outside of one, and for an answer that needs no store. */
export const scopeIfAny = (): RequestScope | undefined => scopes.getStore();

/** @throws Error outside of a request: the library must reach the store in no other way */
export function currentScope(): RequestScope {
  const scope = scopeIfAny();
  if (!scope) throw new Error('The store was asked outside of a request scope.');
  return scope;
}
