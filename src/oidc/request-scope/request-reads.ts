import type { Context } from 'koa';
import { type Instant, now } from '../../base/clock.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import { type Behaviour, behaviours } from '../../identity/activity/activity.js';
import { type User, users } from '../../identity/users/user.js';
import { alive, grantAlive, issuedTo, sessionAlive } from '../../sessions/alive.js';
import { type Grant, grants } from '../../sessions/grants/grant.js';
import { type Session, sessions } from '../../sessions/session.js';
import { type Token, tokens } from '../../sessions/tokens/token.js';
import type { AnySpec, Identified, Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { type InteractionDocument, interactions } from '../interactions/interaction-document.js';
import { type PushedRequest, pushedRequests } from '../interactions/pushed-request-document.js';
import type { PendingUndos } from './pending-undos.js';
import { readOnce } from './read-once.js';

/** The clients, as cached. */
export interface CachedClients {
  get(id: string): Promise<{ readonly createdAt: number } | undefined>;
}

interface ReadOptions {
  /** The request whose `client_id` says which grant the session's client will need. */
  readonly ctx: Pick<Context, 'query'>;
  /** A document that another request must give back first is read after that. */
  readonly pending: Pick<PendingUndos, 'done'>;
  /** Whether a user's activity is read with the user, since decisions depend on it. */
  readonly withBehaviour: boolean;
  /** Absent: the existence of clients is not checked. */
  readonly clients: CachedClients | undefined;
}

/** A document as a request read it. */
export interface ReadDocument {
  readonly spec: AnySpec;
  readonly id: string;
  readonly version: number;
  readonly expiresAt?: Instant;
}

/** The documents that one request reads, each once. A document that is found brings those that it refers to. */
export class RequestReads {
  readonly #realm: Realm;
  readonly #options: ReadOptions;
  #presentedRequest: Promise<Stored<PushedRequest> | undefined> | undefined;
  #browserSession: Stored<Session> | undefined;

  constructor(realm: Realm, options: ReadOptions) {
    this.#realm = realm;
    this.#options = options;
  }

  readonly user = readOnce((id: string): Promise<Stored<User> | undefined> => {
    // In the same round trip. A failed read matters only to a caller that asks for the activity.
    if (this.#options.withBehaviour) this.behaviour(id).catch(() => undefined);
    return this.#realm.of(users).get(id);
  });
  readonly behaviour = readOnce((id: string): Promise<Stored<Behaviour> | undefined> =>
    this.#realm.of(behaviours).get(id),
  );
  readonly interaction = readOnce(async (id: Hashed): Promise<Stored<InteractionDocument> | undefined> => {
    await this.#options.pending.done(id);
    return this.#realm.of(interactions).get(id);
  });
  readonly pushedRequest = readOnce((id: Hashed): Promise<Stored<PushedRequest> | undefined> => {
    this.#presentedRequest = this.#options.pending.done(id).then(() => this.#realm.of(pushedRequests).get(id));
    return this.#presentedRequest;
  });
  /** The grant, alive or not. */
  readonly grant = readOnce((id: string): Promise<Stored<Grant> | undefined> => this.#realm.of(grants).get(id));
  /** The session, alive or not. */
  readonly session = readOnce((uid: string): Promise<Stored<Session> | undefined> => this.#realm.of(sessions).get(uid));

  /** The session of this cookie, alive or not, with its user and its grant for the requesting client. */
  readonly sessionByCookie = readOnce(async (cookie: Hashed): Promise<Stored<Session> | undefined> => {
    const collection = this.#realm.of(sessions);
    const session = (await collection.findOne('cookie', { cookie })) ?? (await this.#byFormerCookie(cookie));
    if (!session) return undefined;
    this.#browserSession = session;
    this.session.remember(session.id, session);
    const client = session.clients.find(({ clientId }) => clientId === this.#options.ctx.query['client_id']);
    await Promise.all([
      session.userId === undefined ? undefined : this.user(session.userId),
      client?.grantId === undefined ? undefined : this.grant(client.grantId),
    ]);
    return session;
  });

  /** The token, alive or not, with its grant, user and session. */
  readonly token = readOnce(async (id: Hashed): Promise<Stored<Token> | undefined> => {
    await this.#options.pending.done(id);
    const token = await this.#realm.of(tokens).get(id);
    if (token) await this.#referredToBy(token);
    return token;
  });

  /**
   * Every document that this request has read, in the version that it read. Undefined where versions don't tell whether the same reads
   * would find the same again: it looked for something that is not there, searched by a key, or read what changes without a new version.
   */
  async documents(): Promise<readonly ReadDocument[] | undefined> {
    const unversioned = [this.behaviour, this.interaction, this.pushedRequest, this.sessionByCookie];
    if (unversioned.some((reads) => reads.all().length > 0)) return undefined;
    const read = await Promise.all([
      ...this.token.all().map(([, token]) => versionOf(tokens, token)),
      ...this.user.all().map(([, user]) => versionOf(users, user)),
      ...this.grant.all().map(([, grant]) => versionOf(grants, grant)),
      ...this.session.all().map(([, session]) => versionOf(sessions, session)),
    ]);
    const documents = read.filter((document) => document !== undefined);
    return documents.length === read.length ? documents : undefined;
  }

  /** The session that the browser's cookie found, as read. */
  get browserSession(): Stored<Session> | undefined {
    return this.#browserSession;
  }

  /** The pushed authorization request that this request presents. Undefined if it presents none. */
  async presentedRequest(): Promise<Stored<PushedRequest> | undefined> {
    return this.#presentedRequest;
  }

  /** Whether the client, the user, the grant and the session of this token let it live. */
  async tokenAlive(token: Token): Promise<boolean> {
    if (!(await this.#isOfClient(token))) return false;
    const [owner, grant, session] = await this.#referredToBy(token);
    return alive(token, { owner, grant, session }, now());
  }

  async grantAlive(grant: Grant): Promise<boolean> {
    const owner = await this.user(grant.userId);
    return owner !== undefined && grantAlive(grant, owner, now()) && (await this.#isOfClient(grant));
  }

  async sessionAlive(session: Session): Promise<boolean> {
    const owner = session.userId === undefined ? undefined : await this.user(session.userId);
    return sessionAlive(session, owner, now());
  }

  #referredToBy({ userId, grantId, sessionUid, sessionBound }: Token) {
    return Promise.all([
      userId === undefined ? undefined : this.user(userId),
      grantId === undefined ? undefined : this.grant(grantId),
      sessionUid === undefined || !sessionBound ? undefined : this.session(sessionUid),
    ]);
  }

  /** Whether the client that this was issued to still exists, and is not a newer one with the same id. */
  async #isOfClient(issued: Pick<Token, 'clientId' | 'clientMade'>): Promise<boolean> {
    const { clients } = this.#options;
    return clients === undefined || issuedTo(issued, await clients.get(issued.clientId));
  }

  async #byFormerCookie(cookie: Hashed): Promise<Stored<Session> | undefined> {
    const session = await this.#realm.of(sessions).findOne('formerCookie', { formerCookie: cookie });
    return session?.formerUntil !== undefined && session.formerUntil > now() ? session : undefined;
  }
}

async function versionOf(
  spec: AnySpec,
  read: Promise<Stored<Identified> | undefined>,
): Promise<ReadDocument | undefined> {
  const document = await read;
  if (!document) return undefined;
  const { id, version, expiresAt } = document;
  return { spec, id, version, ...(expiresAt !== undefined && { expiresAt }) };
}
