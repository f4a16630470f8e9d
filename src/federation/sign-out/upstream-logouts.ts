import type { AuditTrail } from '../../audit/audit-trail.js';
import { type Instant, now } from '../../base/clock.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import { pages } from '../../base/paging.js';
import { retryOnConflict } from '../../base/retry-on-conflict.js';
import type { Actor } from '../../changes/actor.js';
import type { IdentityLinks } from '../../identity/links/identity-links.js';
import type { User } from '../../identity/users/user.js';
import type { Users } from '../../identity/users/users.js';
import { recheckingGrants } from '../../sessions/grants/recheck-grants.js';
import { sessionLogout } from '../../sessions/logout/logout.js';
import { type Proof, upstreamName } from '../../sessions/proof.js';
import { type Session, sessions as sessionSpec } from '../../sessions/session.js';
import { sessionEndedEntry } from '../../sessions/session-ended.js';
import type { SessionService } from '../../sessions/session-service.js';
import { onceUsed, wasUsed } from '../../sessions/tokens/replay-guard.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { COMMIT_LIMIT, replace, type Write } from '../../storage/write.js';
import { endingAnswers } from '../answers/ending-answers.js';
import type { BroughtMessage, BrowserTarget, SignedOutThere } from '../contract/redirect-connector.js';
import type { ConnectorChain } from '../userstores/connector-chain.js';
import { effectOn, isOver, type NamedSignIn, type UpstreamSignedOut } from './affected-sessions.js';

/** Logouts that identity providers send. */
export interface UpstreamLogouts {
  /**
   * Reads a message for this connector, and ends what the person had here by that sign-in: see {@link effectOn}. A message counts once.
   *
   * @throws StoreUnavailable
   */
  take(connector: string, message: ReadonlyMap<string, string>, request: Sender): Promise<TakenLogout>;
  /**
   * The same of a message that a browser brings: see `readSignOut` of a connector.
   *
   * @throws StoreUnavailable
   */
  takeBrought(connector: string, message: BroughtMessage, request: Sender): Promise<TakenSignOut>;
}

/** The request that brought a message. */
type Sender = Required<Pick<Actor, 'requestId' | 'address'>>;

export type TakenLogout =
  | { readonly kind: 'done' }
  /** Nothing was changed. `reason`: for the log. */
  | { readonly kind: 'refused' | 'unavailable'; readonly reason: string }
  /** There is none, it is disabled, or its upstream sends none. */
  | { readonly kind: 'no-connector' };

export type TakenSignOut =
  /** It ended what it names. `target`: where the browser takes the answer; undefined: nowhere. */
  | { readonly kind: 'ended'; readonly target: BrowserTarget | undefined }
  /** It is the answer to a sign-out from here. */
  | { readonly kind: 'answered'; readonly state: string; readonly isDone: boolean }
  | Exclude<TakenLogout, { readonly kind: 'done' }>;

export interface UpstreamLogoutParts {
  readonly realm: Realm;
  readonly redirects: ConnectorChain['redirects'];
  readonly links: Pick<IdentityLinks, 'find'>;
  readonly users: Pick<Users, 'get'>;
  readonly sessions: Pick<SessionService, 'list' | 'usersBySignOutName'>;
  readonly audit: Pick<AuditTrail, 'writes'>;
  /** The writes that end the sign-ins here which still ask their person something, and wait with a sign-in that has ended there. */
  readonly endWaiting: (name: Hashed, hasEnded: (signIn: NamedSignIn) => boolean) => Promise<readonly Write[]>;
  /** The payload of a session that has these proofs alone. */
  readonly payloadWith: (payload: string, proofs: readonly Proof[]) => string;
}

/** How many sessions are read at once. */
const PAGE = 100;

/** Written together or not at all. */
type Indivisible = readonly Write[];

export function upstreamLogouts(parts: UpstreamLogoutParts): UpstreamLogouts {
  const { realm, redirects, links, users, sessions, audit, endWaiting, payloadWith } = parts;

  return {
    async take(id, message, request) {
      const connector = (await redirects()).find(({ connector: each }) => each.id === id)?.connector;
      const read = await connector?.readLogout?.(message);
      switch (read?.kind) {
        case undefined:
          return { kind: 'no-connector' };
        case 'ended':
          return carryOut({ kind: 'system', id: `connector:${id}`, ...request }, id, read);
        case 'refused':
          return { kind: 'refused', reason: read.reason };
        case 'unavailable':
        case 'upstream-error':
        case 'misconfigured':
          return { kind: 'unavailable', reason: read.reason };
      }
    },

    async takeBrought(id, message, request) {
      const connector = (await redirects()).find(({ connector: each }) => each.id === id)?.connector;
      const read = await connector?.readSignOut?.(message);
      switch (read?.kind) {
        case undefined:
          return { kind: 'no-connector' };
        case 'ended': {
          const by: Actor = { kind: 'system', id: `connector:${id}`, ...request };
          const taken = await carryOut(by, id, read.signedOut);
          return taken.kind === 'done' ? { kind: 'ended', target: await read.answer(true) } : taken;
        }
        case 'answered':
          return read;
        case 'refused':
          return { kind: 'refused', reason: read.reason };
        case 'unavailable':
        case 'upstream-error':
        case 'misconfigured':
          return { kind: 'unavailable', reason: read.reason };
      }
    },
  };

  async function carryOut(by: Actor, connector: string, ended: SignedOutThere): Promise<TakenLogout> {
    const { who, sessions: endedThere, once: counted } = ended;
    const signedOut = { who, ...(endedThere && { sessions: endedThere }) };
    const name = ['upstream-logout', connector, counted.id];
    const once = async (): Promise<TakenLogout | undefined> => {
      if (await wasUsed(realm, name)) return { kind: 'refused', reason: 'logout-replayed' };
      const planned = await plan(by, { connector, ...signedOut });
      // In the last commit: a message whose effects were interrupted counts again.
      const used = onceUsed(name, counted.expiresAt);
      for (const writes of commitsOf([...planned, [used]])) {
        const outcome = await realm.commit(writes);
        // What was read has changed, or the same message came twice at once. The next try sees which.
        if (!outcome.ok) return undefined;
      }
      return { kind: 'done' };
    };
    const taken = await retryOnConflict(once, (each) => each === undefined);
    if (!taken) throw new Error('A logout could not be carried out: the sessions were changed all the time.');
    return taken;
  }

  async function plan(by: Actor, signedOut: UpstreamSignedOut): Promise<readonly Indivisible[]> {
    const at = now();
    const name = upstreamName(signedOut.connector, signedOut.who.name);
    const hasEnded = (one: NamedSignIn) => isOver(one, signedOut);
    const [waiting, answers] = await Promise.all([endWaiting(name, hasEnded), endingAnswers(realm, name, hasEnded)]);
    // First: what becomes a session meanwhile is no longer among them.
    const planned: Indivisible[] = [...waiting, ...answers].map((write) => [write]);
    for (const id of await whoseSessions(signedOut)) {
      const user = await users.get(id);
      if (user) planned.push(...(await planOf(by, user, signedOut, at)));
    }
    return planned;
  }

  /** The ids of the users whose sessions may be concerned. */
  async function whoseSessions({ connector, who }: UpstreamSignedOut): Promise<ReadonlySet<string>> {
    const link = await links.find({ connector, issuer: '', subject: who.name });
    const linked = link ? [link.userId] : [];
    if (who.by === 'subject') return new Set(linked);
    return new Set([...linked, ...(await sessions.usersBySignOutName(upstreamName(connector, who.name)))]);
  }

  async function planOf(
    by: Actor,
    user: Stored<User>,
    signedOut: UpstreamSignedOut,
    at: Instant,
  ): Promise<readonly Indivisible[]> {
    const planned: Indivisible[] = [];
    for await (const page of pages((request) => sessions.list(user, request), { limit: PAGE })) {
      for (const session of page) {
        const effect = effectOn(session, signedOut);
        if (effect.kind === 'drops') planned.push([dropping(session, effect.proofs)]);
        // First: an interrupted message still finds the session.
        if (effect.kind === 'ends') planned.push(...(await askingAgain(session, at)), await ending(by, session, at));
      }
    }
    return planned;
  }

  function dropping({ version, ...session }: Stored<Session>, proofs: Proof[]): Write {
    const payload = payloadWith(session.payload, proofs);
    return replace(sessionSpec, { ...session, proofs, payload }, version);
  }

  /** Tokens that outlive the session go on only once the person is confirmed again. */
  async function askingAgain({ clients }: Session, at: Instant): Promise<readonly Indivisible[]> {
    const outliving = clients.flatMap(({ grantId, offline }) => (offline && grantId !== undefined ? [grantId] : []));
    return (await recheckingGrants(realm, outliving, at)).map((write) => [write]);
  }

  async function ending(by: Actor, { version, ...session }: Stored<Session>, at: Instant): Promise<Indivisible> {
    const { id, userId, clients } = session;
    const entries = userId === undefined ? [] : [sessionEndedEntry(by, { id, userId }, 'upstream-sign-out')];
    return [
      replace(sessionSpec, { ...session, endedAt: at }, version),
      ...sessionLogout(userId, clients, at),
      ...(await audit.writes(entries)),
    ];
  }
}

/** As few commits as these fit into, in this order. */
function commitsOf(planned: readonly Indivisible[]): readonly Indivisible[] {
  const commits: Write[][] = [[]];
  for (const together of planned) {
    const last = commits.at(-1);
    if (last && last.length + together.length <= COMMIT_LIMIT / 2) last.push(...together);
    else commits.push([...together]);
  }
  return commits;
}
