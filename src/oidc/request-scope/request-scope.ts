import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from 'koa';
import { type Instant, now, seconds } from '../../base/clock.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import { type Behaviour, behaviours } from '../../identity/activity/activity.js';
import { type User, users } from '../../identity/users/user.js';
import type { Settings } from '../../realm/settings/settings.js';
import { alive, grantAlive, issuedTo, sessionAlive } from '../../sessions/alive.js';
import { type Grant, grants } from '../../sessions/grants/grant.js';
import type { GrantDraft } from '../../sessions/grants/grant-draft.js';
import { type HeldWrite, paying, redeem, undoRedemption } from '../../sessions/tokens/redemption.js';
import { type Session, sessions } from '../../sessions/session.js';
import { type Token, tokens } from '../../sessions/tokens/token.js';
import { inStoreTime, type StoreTime, storeTime, storeTimeLeft } from '../../storage/deadlines/store-time.js';
import type { AnySpec, DocumentOf, Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { insert, replace } from '../../storage/write.js';
import { Issuances } from '../issuance/issuance.js';
import { type InteractionDocument, interactions } from '../interactions/interaction-document.js';
import { type Computation, Computed } from './computation.js';
import { type PendingUndos, pendingUndos, type Undo } from './pending-undos.js';
import { type PushedRequest, pushedRequests } from '../interactions/pushed-request-document.js';

/** Runs when the answer is known. */
type Work = () => Promise<void>;

/** A code or refresh token that is being exchanged. */
interface TokenExchange {
  readonly before: Stored<Token>;
  /** Only for a refresh token: the hash of what was presented. */
  readonly presented?: Hashed;
  after?: Token;
  readonly isRepeatable?: boolean;
}

export type Flushed = 'written' | 'redeemed-elsewhere';

export interface ScopeOptions {
  /** Whether what a user did is read with the user: who they are may hang on it. */
  readonly withBehaviour?: boolean;
  /** Shared by all requests of this process. */
  readonly undos?: PendingUndos;
  /** As cached. Absent: whether a client is still there is not asked. */
  readonly clients?: { get(id: string): Promise<{ readonly createdAt: number } | undefined> } | undefined;
}

/** How long a request waits for the store and begins anything there, in milliseconds. */
const PATIENCE = seconds(5);
/** After it, what is under way may still end well. */
const GRACE = seconds(1);

/** The time of one request for all of its reads and writes: six seconds, in milliseconds. */
export const requestTime = (patience = PATIENCE): StoreTime => storeTime(patience + GRACE);

/**
 * One request's view of the store. The protocol library asks often and writes early; here each document is read once and
 * brings what it refers to, and what is written waits until the answer is known:
 *
 * - *held*: new documents, and the code or refresh token that they are issued for, dropped when the answer is an error; a code is
 *   consumed also by an answer that refuses it;
 * - *settled*: what happened whatever the answer is (the session's own state).
 *
 * Writes that may not wait (using up an interaction or a pushed request, revoking, ending a session) are made at once by the
 * adapters.
 *
 * A code or refresh token is used up together with what it pays for if the store has cheap commits, otherwise before it. Where that could not be
 * written, nobody got it, so what was paid is given back: see `redemption` and `pending-undos`.
 */
export class RequestScope {
  readonly realm: Realm;
  readonly settings: Settings;
  readonly ctx: Context;
  readonly #withBehaviour: boolean;
  readonly #held: HeldWrite[] = [];
  readonly #afterwards: Work[] = [];
  #settled: Work | undefined;
  readonly #pending: PendingUndos;
  readonly #undos: { readonly key: string; readonly undo: Undo }[] = [];
  #exchange: TokenExchange | undefined;
  #answeringAgain: string | undefined;
  #pushed: Promise<Stored<PushedRequest> | undefined> | undefined;
  readonly clients: ScopeOptions['clients'];
  /** The uid of the session that the interaction at hand began in. */
  interactionSession: string | undefined;
  /** The session that the browser's cookie found, as read. */
  browserSession: Stored<Session> | undefined;

  /** How the grant of this request is written, where that takes more than the grant alone. */
  writeGrant: ((grant: GrantDraft) => Promise<void>) | undefined;

  /** The access tokens that this request issues: one, as a rule. */
  readonly issuances = new Issuances();

  readonly #computed = new Computed();

  constructor(realm: Realm, settings: Settings, ctx: Context, options: ScopeOptions = {}) {
    this.realm = realm;
    this.settings = settings;
    this.ctx = ctx;
    this.#withBehaviour = options.withBehaviour ?? false;
    this.#pending = options.undos ?? pendingUndos();
    this.clients = options.clients;
  }

  /** A value of this request, computed by whoever asks for it first. */
  compute<T>(what: Computation<T>, id: string, value: () => Promise<T>): Promise<T> {
    return this.#computed.get(what, id, value);
  }

  readonly user = this.#once((id: string): Promise<Stored<User> | undefined> => {
    // In the same hop. A failure to read it matters only to a caller that asks for it.
    if (this.#withBehaviour) this.behaviour(id).catch(() => undefined);
    return this.realm.of(users).get(id);
  });
  readonly behaviour = this.#once((id: string): Promise<Stored<Behaviour> | undefined> =>
    this.realm.of(behaviours).get(id),
  );
  readonly interaction = this.#once(async (id: Hashed): Promise<Stored<InteractionDocument> | undefined> => {
    await this.#pending.done(id);
    return this.realm.of(interactions).get(id);
  });
  readonly pushedRequest = this.#once((id: Hashed): Promise<Stored<PushedRequest> | undefined> => {
    this.#pushed = this.#pending.done(id).then(() => this.realm.of(pushedRequests).get(id));
    return this.#pushed;
  });
  /** The grant, alive or not. */
  readonly grant = this.#once((id: string): Promise<Stored<Grant> | undefined> => this.realm.of(grants).get(id));
  /** The session, alive or not. */
  readonly session = this.#once((uid: string): Promise<Stored<Session> | undefined> =>
    this.realm.of(sessions).get(uid),
  );

  /** The session of this cookie, alive or not, with its user and what it granted to the asking client. */
  readonly sessionByCookie = this.#once(async (cookie: Hashed): Promise<Stored<Session> | undefined> => {
    const kept = this.realm.of(sessions);
    const session = (await kept.findOne('cookie', { cookie })) ?? (await this.#byFormerCookie(cookie));
    if (!session) return undefined;
    this.browserSession = session;
    this.session.remember(session.id, session);
    const asking = session.clients.find(({ clientId }) => clientId === this.ctx.query['client_id']);
    await Promise.all([
      session.userId === undefined ? undefined : this.user(session.userId),
      asking?.grantId === undefined ? undefined : this.grant(asking.grantId),
    ]);
    return session;
  });

  /** The token, alive or not, with its grant, user and session. */
  readonly token = this.#once(async (id: Hashed): Promise<Stored<Token> | undefined> => {
    await this.#pending.done(id);
    const token = await this.realm.of(tokens).get(id);
    if (token) {
      await Promise.all([
        token.userId === undefined ? undefined : this.user(token.userId),
        token.grantId === undefined ? undefined : this.grant(token.grantId),
        token.sessionUid === undefined || !token.sessionBound ? undefined : this.session(token.sessionUid),
      ]);
    }
    return token;
  });

  /** Whether the client that this was issued to is there, and not another one under its id. */
  async #isOfClient(issued: Pick<Token, 'clientId' | 'clientMade'>): Promise<boolean> {
    return this.clients === undefined || issuedTo(issued, await this.clients.get(issued.clientId));
  }

  async tokenAlive(token: Token): Promise<boolean> {
    if (!(await this.#isOfClient(token))) return false;
    const [owner, grant, session] = await Promise.all([
      token.userId === undefined ? undefined : this.user(token.userId),
      token.grantId === undefined ? undefined : this.grant(token.grantId),
      token.sessionUid === undefined || !token.sessionBound ? undefined : this.session(token.sessionUid),
    ]);
    return alive(token, { owner, grant, session }, now());
  }

  async grantAlive(grant: Grant): Promise<boolean> {
    const owner = await this.user(grant.userId);
    return owner !== undefined && grantAlive(grant, owner) && (await this.#isOfClient(grant));
  }

  async sessionAlive(session: Session): Promise<boolean> {
    return sessionAlive(session, session.userId === undefined ? undefined : await this.user(session.userId));
  }

  /** The pushed request that this request goes by, where there is one, is kept until then: what begins by it takes longer than it lives. */
  async keepPushedRequest(until: Instant): Promise<void> {
    const pushed = await this.#pushed;
    if (!pushed || pushed.expiresAt >= until) return;
    const { version, ...request } = pushed;
    // Where it was answered meanwhile there is nothing left to keep it for.
    this.holdReplace(pushedRequests, { ...request, expiresAt: until }, version);
  }

  /** A new document. */
  holdInsert<S extends AnySpec & { readonly scope: 'realm' }>(spec: S, document: DocumentOf<S>): void {
    const alone = async () => (await this.realm.of(spec).insert(document)).ok;
    this.#held.push({ write: insert(spec, document), alone });
  }

  /** A document that is left as it is where somebody has written it since. */
  holdReplace<S extends AnySpec & { readonly scope: 'realm' }>(
    spec: S,
    document: DocumentOf<S>,
    expected: number,
  ): void {
    const alone = async () => (await this.realm.of(spec).replace(document, expected)).ok;
    this.#held.push({ write: replace(spec, document, expected), alone, isOptional: true });
  }

  /** Work that needs more than one write. */
  holdWork(work: Work): void {
    this.#afterwards.push(work);
  }

  /** The last one counts: it carries what the ones before it carried. */
  settle(write: Work): void {
    this.#settled = write;
  }

  /**
   * @param key of the document that this request writes ahead of its answer
   * @param undo gives it back, by compare-and-set, so that it does nothing where somebody else has written since
   */
  undoable(key: string, undo: Undo): void {
    this.#undos.push({ key, undo });
  }

  /**
   * For a request whose answer was not sent and never will be: it is told to come again, and must not look like a thief then.
   * Nothing waits for it here; a request with the same code or token does.
   */
  undo(): void {
    for (const { key, undo } of this.#undos.splice(0)) this.#pending.add(key, undo);
  }

  /** The code or refresh token that this request exchanges, once it has been consumed. */
  get redeeming(): Stored<Token> | undefined {
    return this.#exchange?.before;
  }

  /** The refresh token that this request exchanges. */
  get rotating(): Stored<Token> | undefined {
    return this.#exchange?.presented === undefined ? undefined : this.#exchange.before;
  }

  consumeCode(before: Stored<Token>): void {
    const { version: _, ...code } = before;
    this.#exchange = { before, after: { ...code, consumedAt: now() } };
  }

  /**
   * @param presented its hash, whole
   * @param isRepeatable whether the same successor would be made again
   */
  consumeRefreshToken(before: Stored<Token>, presented: Hashed, isRepeatable = false): void {
    this.#exchange = { before, presented, isRepeatable };
  }

  /** The successor that a token has already, which its client is told once more: nothing is rotated. */
  get answeringAgain(): string | undefined {
    return this.#answeringAgain;
  }

  answerAgain(successor: string): void {
    this.#answeringAgain = successor;
  }

  /** @param successor the family's document with its new `current` */
  succeedRefreshToken(successor: Token): void {
    if (!this.#exchange) throw new Error('No refresh token is being rotated.');
    this.#exchange.after = successor;
  }

  /** Writes what was kept back. @throws StoreUnavailable in time, whatever the store does */
  async flush(succeeded: boolean): Promise<Flushed> {
    const until = performance.now() + storeTimeLeft() - GRACE;
    return inStoreTime(() => this.#flush(succeeded, until));
  }

  async #flush(succeeded: boolean, until: number): Promise<Flushed> {
    const settled = this.#settled ? [this.#settled] : [];
    this.#settled = undefined;
    const held = this.#held.splice(0);
    const afterwards = this.#afterwards.splice(0);
    const exchange = this.#exchange;
    if (!succeeded) {
      // A failed attempt uses the code up.
      const isWon =
        !exchange?.after ||
        exchange.presented !== undefined ||
        (await this.#redeem(exchange, exchange.after, [], until));
      await all(settled);
      return isWon ? 'written' : 'redeemed-elsewhere';
    }
    if (exchange?.after) {
      if (!(await this.#redeem(exchange, exchange.after, held, until))) {
        await all(settled);
        return 'redeemed-elsewhere';
      }
      held.length = 0;
    }
    await all([...held.map(({ alone }) => alone), ...afterwards, ...settled]);
    return 'written';
  }

  /** Whether this request won. */
  async #redeem(exchange: TokenExchange, after: Token, held: readonly HeldWrite[], until: number): Promise<boolean> {
    const redemption = { ...exchange, after: paying(after, exchange.presented, held) };
    const { realm } = this;
    this.undoable(exchange.before.id, () => undoRedemption(realm, redemption));
    const won = await redeem(realm, redemption, held, until);
    // Another request's write must not be undone.
    if (!won) this.#undos.splice(0);
    return won;
  }

  #once<K, V>(read: (key: K) => Promise<V>): Once<K, V> {
    return once((key: K) => inStoreTime(() => read(key)));
  }

  async #byFormerCookie(cookie: Hashed): Promise<Stored<Session> | undefined> {
    const session = await this.realm.of(sessions).findOne('formerCookie', { formerCookie: cookie });
    return session?.formerUntil !== undefined && session.formerUntil > now() ? session : undefined;
  }
}

const all = async (writes: readonly (() => Promise<unknown>)[]): Promise<void> => {
  await Promise.all(writes.map((write) => write()));
};

/** Reads each key once; whoever asks again gets the same promise. */
interface Once<K, V> {
  (key: K): Promise<V>;
  /** The value that was read or is being read; undefined if it was not asked for. */
  read(key: K): Promise<V> | undefined;
  remember(key: K, value: V): void;
}

function once<K, V>(read: (key: K) => Promise<V>): Once<K, V> {
  const seen = new Map<K, Promise<V>>();
  const ask = (key: K): Promise<V> => {
    const known = seen.get(key);
    if (known) return known;
    const asked = read(key);
    seen.set(key, asked);
    return asked;
  };
  return Object.assign(ask, {
    read: (key: K) => seen.get(key),
    remember(key: K, value: V) {
      seen.set(key, Promise.resolve(value));
    },
  });
}

const scopes = new AsyncLocalStorage<RequestScope>();

export const runInScope = <T>(scope: RequestScope, run: () => Promise<T>): Promise<T> => scopes.run(scope, run);

/** @throws Error outside of a request: the library must never reach the store by another way */
export function currentScope(): RequestScope {
  const scope = scopes.getStore();
  if (!scope) throw new Error('The store was asked outside of a request scope.');
  return scope;
}
