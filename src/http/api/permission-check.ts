import { withFoundFacts } from '../../access/facts/known-facts.js';
import { decide } from '../../access/evaluation/decide.js';
import type { EvaluationContext } from '../../access/evaluation/evaluation-context.js';
import { isLimitedBy } from '../../access/evaluation/needed-facts.js';
import type { Snapshot, Snapshots } from '../../access/evaluation/snapshot.js';
import { clientSubject, readsBehaviour, subjectOf } from '../../access/evaluation/subject.js';
import type { StepUp } from '../../access/limitations/limitation.js';
import { expand } from '../../access/model/expand-permissions.js';
import { type Instant, now } from '../../base/clock.js';
import { readAddress } from '../../base/networks.js';
import type { Behaviour } from '../../identity/activity/activity.js';
import type { User } from '../../identity/users/user.js';
import { GATEHOUSE_API } from '../../realm/resource-servers/resource-server.js';
import type { Principal } from './authentication/principal.js';

/** Whether a caller may use a permission now. */
export type PermissionVerdict =
  | { readonly allowed: true }
  /** `scope`: the token was not granted the permission. `stepUp`: the sign-in that would be sufficient. */
  | { readonly allowed: false; readonly missing: 'scope' | 'permission'; readonly stepUp?: StepUp };

/** Decides whether a caller holds a permission of Gatehouse's own API: a port. */
export type CheckPermission = (
  principal: Exclude<Principal, { readonly kind: 'anonymous' }>,
  permission: string,
  address: string,
) => Promise<PermissionVerdict>;

export interface PermissionSources {
  readonly snapshots: Pick<Snapshots, 'read'>;
  readonly behaviour: (userId: string) => Promise<Behaviour | undefined>;
  /** The number of active sessions of a user. */
  readonly sessions: (user: User) => Promise<number>;
}

/** Checks permissions by {@link decide}: the token's scopes have to cover the permission, and its subject has to hold it now. */
export function permissionCheck(sources: PermissionSources): CheckPermission {
  return async (principal, permission, address) => {
    const snapshot = await sources.snapshots.read();
    if (principal.scopes && !coversScope(principal.scopes, permission, snapshot)) {
      return { allowed: false, missing: 'scope' };
    }
    const at = now();
    const subject =
      principal.kind === 'client'
        ? clientSubject(principal.client)
        : subjectOf(principal.user, snapshot, at, await behaviourOf(principal.user, snapshot, sources));
    const context = await contextOf(principal, { address, at, snapshot }, sources);
    const decision = decide(subject, { audience: GATEHOUSE_API, permission }, undefined, context, snapshot);
    if (decision.allowed) return { allowed: true };
    return { allowed: false, missing: 'permission', ...(decision.stepUp && { stepUp: decision.stepUp }) };
  };
}

/** A scope covers the permissions below it and those that it implies. */
function coversScope(scopes: readonly string[], permission: string, { resourceServers }: Snapshot): boolean {
  const declared = resourceServers.get(GATEHOUSE_API);
  return declared !== undefined && expand(scopes, declared).includes(permission);
}

const behaviourOf = async (user: User, snapshot: Snapshot, { behaviour }: PermissionSources) =>
  readsBehaviour(snapshot) ? behaviour(user.id) : undefined;

interface CheckMoment {
  readonly address: string;
  readonly at: Instant;
  readonly snapshot: Snapshot;
}

async function contextOf(
  principal: Exclude<Principal, { readonly kind: 'anonymous' }>,
  { address, at, snapshot }: CheckMoment,
  { sessions }: PermissionSources,
): Promise<EvaluationContext> {
  const isNeeded = (kind: string): boolean =>
    isLimitedBy(kind, principal.kind === 'user' ? principal.user.assignments : principal.client.assignments, snapshot);
  if (principal.kind === 'user') {
    const { user, client, authentication, connector } = principal;
    const signIn = { ...(authentication && { authentication }), ...(connector !== undefined && { connector }) };
    const known = { clientId: client.id, ...signIn };
    return { at, ...(await withFoundFacts(known, { sessions: () => sessions(user) }, isNeeded)) };
  }
  // The address is the client's own. A user's is not known: the request may come from the application's server.
  const own = readAddress(address);
  return { at, ...(await withFoundFacts(own ? { address: own.toString() } : {}, {}, isNeeded)) };
}
