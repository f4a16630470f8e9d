import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from 'koa';
import { type Instant, now } from '../base/clock.js';
import type { Hashed } from '../base/hash-of.js';
import type { Effective } from '../access/effective.js';
import { isPassing } from '../http/failures.js';
import { type Behaviour, behaviours } from '../identity/behaviour.js';
import { type User, users } from '../identity/user.js';
import type { Settings } from '../realm/settings.js';
import { alive, grantAlive, issuedTo, sessionAlive } from '../sessions/alive.js';
import { type Grant, grants } from '../sessions/grant.js';
import type { GrantDraft } from '../sessions/grant-draft.js';
import { type Session, sessions } from '../sessions/session.js';
import { type IssueRecord, type Token, tokens } from '../sessions/token.js';
import type { Step } from '../sign-in/step.js';
import type { Stored } from '../storage/spec.js';
import type { Realm } from '../storage/store.js';
import { type InteractionDocument, interactions } from './interaction-document.js';
import { type PushedRequest, pushedRequests } from './pushed-request-document.js';

/** Runs when the answer is known. */
type HeldWrite = () => Promise<void>;

/** A refresh token that is being exchanged for its successor. */
interface Rotation {
  readonly family: Stored<Token>;
  successor?: Token;
}

export type Flushed = 'written' | 'rotated-elsewhere';

/**
 * One request's view of the store. The protocol library asks often and writes early; here each document is read once and
 * brings what it refers to, and what is written waits until the answer is known:
 *
 * - *held*: new documents and a refresh rotation, dropped when the answer is an error;
 * - *settled*: what happened whatever the answer is (the session's own state).
 *
 * What may not wait at all (consuming a code, using up an interaction, revoking, ending a session) is written at once by the
 * adapters.
 *
 * What is used up and a rotation go ahead of what they pay for. Where that could not be written, nobody got it, so what was
 * paid is given back.
 */
export class RequestScope {
  readonly realm: Realm;
  readonly settings: Settings;
  readonly ctx: Context;
  readonly #withBehaviour: boolean;
  readonly #held: HeldWrite[] = [];
  #settled: HeldWrite | undefined;
  readonly #undos: HeldWrite[] = [];
  #rotation: Rotation | undefined;
  #answeringAgain: string | undefined;
  #pushed: Promise<Stored<PushedRequest> | undefined> | undefined;
  /** Clients as cached. Absent: whether a client is still there is not asked. */
  clients: { get(id: string): Promise<{ readonly createdAt: number } | undefined> } | undefined;
  /** The uid of the session that the interaction at hand began in. */
  interactionSession: string | undefined;
  /** The session that the browser's cookie found, as read. */
  browserSession: Stored<Session> | undefined;
  /** What must happen next in this request, once somebody has asked. */
  step: Promise<Step> | undefined;

  /** How the grant of this request is written, where that takes more than the grant alone. */
  writeGrant: ((grant: GrantDraft) => Promise<void>) | undefined;

  /** What the subject of this request may do, once it is known who that is. */
  access: Effective | undefined;

  /** Why the access token that this request issues says what it says. */
  issuing: IssueRecord | undefined;

  /** @param withBehaviour whether what a user did is read with the user: who they are may hang on it */
  constructor(realm: Realm, settings: Settings, ctx: Context, withBehaviour = false) {
    this.realm = realm;
    this.settings = settings;
    this.ctx = ctx;
    this.#withBehaviour = withBehaviour;
  }

  readonly user = once((id: string): Promise<Stored<User> | undefined> => {
    // In the same hop. Who never asks for it is not to hear that it could not be read.
    if (this.#withBehaviour) this.behaviour(id).catch(() => undefined);
    return this.realm.of(users).get(id);
  });
  readonly behaviour = once((id: string): Promise<Stored<Behaviour> | undefined> => this.realm.of(behaviours).get(id));
  readonly interaction = once((id: Hashed): Promise<Stored<InteractionDocument> | undefined> =>
    this.realm.of(interactions).get(id),
  );
  readonly pushedRequest = once((id: Hashed): Promise<Stored<PushedRequest> | undefined> => {
    this.#pushed = this.realm.of(pushedRequests).get(id);
    return this.#pushed;
  });
  /** The grant, alive or not. */
  readonly grant = once((id: string): Promise<Stored<Grant> | undefined> => this.realm.of(grants).get(id));
  /** The session, alive or not. */
  readonly session = once((uid: string): Promise<Stored<Session> | undefined> => this.realm.of(sessions).get(uid));

  /** The session of this cookie, alive or not, with its user and what it granted to the asking client. */
  readonly sessionByCookie = once(async (cookie: Hashed): Promise<Stored<Session> | undefined> => {
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
  readonly token = once(async (id: Hashed): Promise<Stored<Token> | undefined> => {
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
    this.hold(async () => {
      // Where it was answered meanwhile there is nothing left to keep it for.
      await this.realm.of(pushedRequests).replace({ ...request, expiresAt: until }, version);
    });
  }

  hold(write: HeldWrite): void {
    this.#held.push(write);
  }

  /** The last one counts: it carries what the ones before it carried. */
  settle(write: HeldWrite): void {
    this.#settled = write;
  }

  /**
   * @param undo gives back what this request writes ahead of its answer: by compare-and-set, so that it does nothing where
   * somebody else has written since
   */
  undoable(undo: HeldWrite): void {
    this.#undos.push(undo);
  }

  /**
   * For a request whose answer was not sent and never will be: it is told to come again, and must not look like a thief then.
   * Tried once; where the store is away for this too, what was used up stays so, and the next use of it ends the grant.
   */
  async undo(): Promise<void> {
    try {
      await all(this.#undos.splice(0));
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  }

  /** The refresh token that this request exchanges, once it has been consumed. */
  get rotating(): Stored<Token> | undefined {
    return this.#rotation?.family;
  }

  consumeRefreshToken(family: Stored<Token>): void {
    this.#rotation = { family };
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
    if (!this.#rotation) throw new Error('No refresh token is being rotated.');
    this.#rotation.successor = successor;
  }

  /**
   * Writes what was kept back: the rotation first, since whatever is new in this request depends on having won it, then
   * everything else in one tick.
   */
  async flush(succeeded: boolean): Promise<Flushed> {
    const settled = this.#settled ? [this.#settled] : [];
    this.#settled = undefined;
    const held = this.#held.splice(0);
    if (!succeeded) {
      await all(settled);
      return 'written';
    }
    if (this.#rotation?.successor && !(await this.#rotate(this.#rotation.family, this.#rotation.successor))) {
      await all(settled);
      return 'rotated-elsewhere';
    }
    await all([...held, ...settled]);
    return 'written';
  }

  /** Whether this request won. */
  async #rotate({ version, ...family }: Stored<Token>, successor: Token): Promise<boolean> {
    const kept = this.realm.of(tokens);
    // Nobody else knows the successor, so a family that has it is as we wrote it, even where the store did not say that it did.
    this.undoable(async () => {
      const there = await kept.get(family.id);
      if (there && there.current === successor.current) await kept.replace(family, there.version);
    });
    if ((await kept.replace(successor, version)).ok) return true;
    // A client that may ask again may do so at the same moment: both then hold the one successor that there is.
    if ((await kept.get(family.id))?.current !== successor.current) return false;
    this.#undos.splice(0); // what the other one wrote is not ours to undo
    return true;
  }

  async #byFormerCookie(cookie: Hashed): Promise<Stored<Session> | undefined> {
    const session = await this.realm.of(sessions).findOne('formerCookie', { formerCookie: cookie });
    return session?.formerUntil !== undefined && session.formerUntil > now() ? session : undefined;
  }
}

const all = async (writes: readonly HeldWrite[]): Promise<void> => {
  await Promise.all(writes.map((write) => write()));
};

/** Reads each key once; whoever asks again gets the same promise. */
interface Once<K, V> {
  (key: K): Promise<V>;
  /** What was read, or is being read; undefined: nobody has asked. */
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
