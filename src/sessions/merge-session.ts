import type { Json, JsonObject } from '../base/json.js';
import type { Session, SessionClient } from './session.js';

/**
 * Merges sessions, when this request read `base` and wants `ours`, but another request has meanwhile written `theirs`. Our
 * changes win, everything else is theirs, client by client and field by field. Neither tab loses anything. Pure; `theirs` must
 * not have ended.
 */
export function mergeSession(base: Session, ours: Session, theirs: Session): Session {
  const reset = ours.cookie !== base.cookie;
  const signedIn = ours.userId !== base.userId || ours.startedAt !== base.startedAt;
  const merged: Session = {
    id: theirs.id,
    cookie: reset ? ours.cookie : theirs.cookie,
    startedAt: signedIn ? ours.startedAt : theirs.startedAt,
    signOutEpoch: signedIn ? ours.signOutEpoch : theirs.signOutEpoch,
    proofs: same(ours.proofs, base.proofs) ? theirs.proofs : ours.proofs,
    clients: mergeClients(base.clients, ours.clients, theirs.clients),
    payload: mergePayload(base.payload, ours.payload, theirs.payload),
    expiresAt: Math.max(ours.expiresAt, theirs.expiresAt),
  };
  const { signedInAt } = signedIn ? ours : theirs;
  if (signedInAt !== undefined) merged.signedInAt = signedInAt;
  const userId = signedIn ? ours.userId : theirs.userId;
  if (userId !== undefined) merged.userId = userId;
  const begun = same(beginningOf(ours), beginningOf(base)) ? theirs : ours;
  if (begun.begunBy !== undefined) merged.begunBy = begun.begunBy;
  if (begun.signOutHint !== undefined) merged.signOutHint = begun.signOutHint;
  if (begun.signOutName !== undefined) merged.signOutName = begun.signOutName;
  if (begun.endsAt !== undefined) {
    merged.endsAt = begun.endsAt;
    merged.expiresAt = Math.min(merged.expiresAt, begun.endsAt);
  }
  const remembered = ours.remembered === base.remembered ? theirs.remembered : ours.remembered;
  if (remembered !== undefined) merged.remembered = remembered;
  const agent = ours.agent === base.agent ? theirs.agent : ours.agent;
  if (agent !== undefined) merged.agent = agent;
  const address = ours.address === base.address ? theirs.address : ours.address;
  if (address !== undefined) merged.address = address;
  const usedAt = Math.max(ours.usedAt ?? 0, theirs.usedAt ?? 0);
  if (usedAt > 0) merged.usedAt = usedAt;
  const former = reset ? { ...ours, formerCookie: former_(ours, theirs) } : theirs;
  if (former.formerCookie !== undefined) merged.formerCookie = former.formerCookie;
  if (former.formerUntil !== undefined) merged.formerUntil = former.formerUntil;
  return merged;
}

const beginningOf = ({ begunBy, signOutHint, signOutName, endsAt }: Session) => [
  begunBy,
  signOutHint,
  signOutName,
  endsAt,
];

// Two tabs may both reset the cookie: the one that lost the race may still send its own.
const former_ = (ours: Session, theirs: Session) => (ours.formerCookie === undefined ? undefined : theirs.cookie);

function mergeClients(base: SessionClient[], ours: SessionClient[], theirs: SessionClient[]): SessionClient[] {
  const before = byClient(base);
  const wanted = byClient(ours);
  const merged = byClient(theirs);
  for (const [clientId, client] of wanted) {
    if (!same(client, before.get(clientId))) merged.set(clientId, client);
  }
  for (const clientId of before.keys()) {
    if (!wanted.has(clientId)) merged.delete(clientId);
  }
  return [...merged.values()];
}

function mergePayload(base: string, ours: string, theirs: string): string {
  const before = parse(base);
  const wanted = parse(ours);
  const merged = parse(theirs);
  for (const field of new Set([...before.keys(), ...wanted.keys()])) {
    const value = wanted.get(field);
    if (same(before.get(field), value)) continue;
    if (value === undefined) merged.delete(field);
    else merged.set(field, value);
  }
  return JSON.stringify(Object.fromEntries(merged));
}

const byClient = (clients: SessionClient[]): Map<string, SessionClient> =>
  new Map(clients.map((client) => [client.clientId, client]));

// The port returned these documents and sealed these payloads, so we wrote them.
const parse = (payload: string): Map<string, Json> => new Map(Object.entries(JSON.parse(payload) as JsonObject));

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
