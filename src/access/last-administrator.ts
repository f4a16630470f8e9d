import { isDeepStrictEqual } from 'node:util';
import { type Instant, now } from '../base/clock.js';
import type { Event } from '../changes/event.js';
import type { Guard } from '../changes/recorder.js';
import type { GuardRefusal } from '../changes/record-outcome.js';
import type { User } from '../identity/user.js';
import { type AccessQuestion, holdsNow, placesHolding } from './access-question.js';
import { ADMINISTRATOR } from './administrator.js';
import { asIn } from './as-in-event.js';
import { type HolderParts, holdersOf } from './holders.js';
import type { Snapshot, Snapshots } from './snapshot.js';
import { subjectOf } from './subject.js';

/**
 * Refuses, as `last-administrator`, every change after which nobody would be administrator any more who can sign in: a user removed or
 * disabled, an assignment, a group or a role that brought it. Where nobody was before, nothing is refused.
 *
 * @param parts asked for when there is something to look at
 */
export function lastAdministrator(parts: () => HolderParts & { readonly snapshots: Pick<Snapshots, 'read'> }): Guard {
  return async (_by, event) => {
    if (!mayTakeAway(event)) return undefined;
    const { snapshots, ...holders } = parts();
    const snapshot = await snapshots.read();
    const question = questionIn(snapshot);
    if (!question) return undefined;
    const at = now();
    const { subject, before, after } = event;
    if (subject.kind === 'user') {
      const [was, is] = [before, after].map((shown) => {
        return shown !== undefined && isAdministrator(asUser(shown, subject.id), snapshot, at);
      });
      if (was !== true || is === true) return undefined;
      return (await hasAdministrator(holders, snapshot, at, subject.id)) ? undefined : REFUSAL;
    }
    const { roles, groups } = placesHolding(question, snapshot);
    if (!roles.has(subject.id) && !groups.has(subject.id)) return undefined;
    const planned = asIn(after, event, snapshot);
    const isSegment = before?.['rule'] !== undefined;
    if (!isSegment && isAdministrator(someHolder(event, at), planned, at)) return undefined;
    if (await hasAdministrator(holders, planned, at)) return undefined;
    return (await hasAdministrator(holders, snapshot, at)) ? REFUSAL : undefined;
  };
}

const REFUSAL: GuardRefusal = {
  code: 'last-administrator',
  message: `Nobody would be ${ADMINISTRATOR} any more who can sign in. Give the role to somebody else first.`,
};

/** What of a user the rules of segments look at, and an event shows. */
const READ_BY_RULES = ['attributes', 'username', 'email', 'emailVerified', 'profile'] as const;

function mayTakeAway({ subject: { kind }, before, after }: Event): boolean {
  if (before === undefined) return false;
  const differs = (...fields: readonly string[]): boolean =>
    after === undefined || fields.some((field) => !isDeepStrictEqual(before[field], after[field]));
  switch (kind) {
    case 'user':
      return before['state'] === 'active' && differs('state', 'edges', ...READ_BY_RULES);
    case 'group':
      return differs('edges', 'rule');
    case 'role':
      return differs('includes');
    default:
      return false;
  }
}

// A spec marks these fields `audited`; an event shows them as they are stored.
const asUser = (shown: object, id: string): User =>
  ({ id, createdAt: 0, profile: {}, attributes: [], edges: [], ...shown }) as unknown as User;

/** Somebody who holds nothing but this role, or is in nothing but this group. */
function someHolder({ subject: { kind, id } }: Event, at: Instant): User {
  const edge = { id, kind: kind === 'role' ? 'role' : 'membership', target: id, grantedBy: '', grantedAt: at };
  return asUser({ state: 'active', edges: [{ ...edge, limitations: [] }] }, '');
}

function isAdministrator(user: User, snapshot: Snapshot, at: Instant): boolean {
  const question = questionIn(snapshot);
  if (!question || user.state !== 'active') return false;
  return holdsNow(question, subjectOf(user, snapshot, at), { snapshot, context: { at } });
}

function questionIn({ roles }: Snapshot): AccessQuestion | undefined {
  const role = [...roles.values()].find(({ name }) => name === ADMINISTRATOR);
  return role && { kind: 'role', id: role.id };
}

async function hasAdministrator(
  parts: HolderParts,
  snapshot: Snapshot,
  at: Instant,
  except?: string,
): Promise<boolean> {
  const question = questionIn(snapshot);
  if (!question) return false;
  const found = holdersOf(question, { snapshot, context: { at } }, parts, { kinds: ['user'] });
  for await (const { who, when } of found) {
    if (when === 'now' && who.disabled !== true && who.id !== except) return true;
  }
  return false;
}
