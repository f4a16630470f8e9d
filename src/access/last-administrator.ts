import { isDeepStrictEqual } from 'node:util';
import { type Instant, now } from '../base/clock.js';
import type { Cursor, Page, PageRequest } from '../base/paging.js';
import type { Event } from '../changes/event.js';
import type { Guard } from '../changes/recorder.js';
import type { GuardRefusal } from '../changes/record-outcome.js';
import type { User } from '../identity/user.js';
import { ADMINISTRATOR } from './administrator.js';
import { asIn } from './as-in-event.js';
import { compiled } from './compiled.js';
import { effective } from './effective.js';
import { isMembership } from './reach-groups.js';
import type { Snapshot, Snapshots } from './snapshot.js';
import { subjectOf } from './subject.js';

/** Where people are found who may hold a role; none of them all at once. */
interface People {
  listByRole(roleId: string, page: PageRequest): Promise<Page<User>>;
  listByGroup(groupId: string, page: PageRequest): Promise<Page<User>>;
}

const PAGE = 100;

/**
 * Refuses, as `last-administrator`, every change after which nobody would be administrator any more who can sign in: a user removed or
 * disabled, an assignment, a group or a role that brought it. Where nobody was before, nothing is refused.
 *
 * @param parts asked for when there is something to look at
 */
export function lastAdministrator(
  parts: () => { readonly snapshots: Pick<Snapshots, 'read'>; readonly users: People },
): Guard {
  return async (_by, event) => {
    if (!mayTakeAway(event)) return undefined;
    const { snapshots, users } = parts();
    const snapshot = await snapshots.read();
    const places = placesOf(snapshot);
    if (places.roles.length === 0) return undefined;
    const at = now();
    const { subject, before, after } = event;
    if (subject.kind === 'user') {
      const [was, is] = [before, after].map((shown) => {
        return shown !== undefined && isAdministrator(asUser(shown, subject.id), snapshot, at);
      });
      if (was !== true || is === true) return undefined;
      return (await someAdministrator(users, places, snapshot, at, subject.id)) ? undefined : REFUSAL;
    }
    if (![...places.roles, ...places.groups].includes(subject.id)) return undefined;
    const planned = asIn(after, event, snapshot);
    const isSegment = before?.['rule'] !== undefined;
    if (!isSegment && isAdministrator(someHolder(event, at), planned, at)) return undefined;
    if (await someAdministrator(users, places, planned, at)) return undefined;
    return (await someAdministrator(users, places, snapshot, at)) ? REFUSAL : undefined;
  };
}

const REFUSAL: GuardRefusal = {
  code: 'last-administrator',
  message: `Nobody would be ${ADMINISTRATOR} any more who can sign in. Give the role to somebody else first.`,
};

function mayTakeAway({ subject: { kind }, before, after }: Event): boolean {
  if (before === undefined) return false;
  const differs = (...fields: readonly string[]): boolean =>
    after === undefined || fields.some((field) => !isDeepStrictEqual(before[field], after[field]));
  switch (kind) {
    case 'user':
      return before['state'] === 'active' && differs('state', 'edges', 'attributes');
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
  if (user.state !== 'active') return false;
  const { trace } = effective(subjectOf(user, snapshot, at), { at }, snapshot);
  return trace.roles.some(({ name }) => name === ADMINISTRATOR);
}

/** The roles that bring it, and the groups that are given one of these, with all groups below them. */
function placesOf(snapshot: Snapshot): { readonly roles: readonly string[]; readonly groups: readonly string[] } {
  const { withIncluded } = compiled(snapshot);
  const roles = [...snapshot.roles.keys()].filter((id) => withIncluded(id).some(({ name }) => name === ADMINISTRATOR));
  const groups = new Set<string>();
  const all = [...snapshot.groups.values()];
  for (let found = -1; found !== groups.size;) {
    found = groups.size;
    for (const { id, edges } of all) {
      const brings = edges.some((edge) =>
        isMembership(edge) ? groups.has(edge.target) : edge.kind === 'role' && roles.includes(edge.target),
      );
      if (brings) groups.add(id);
    }
  }
  return { roles, groups: [...groups] };
}

async function someAdministrator(
  users: People,
  { roles, groups }: ReturnType<typeof placesOf>,
  snapshot: Snapshot,
  at: Instant,
  except?: string,
): Promise<boolean> {
  const ways = [
    ...roles.map((id) => (page: PageRequest) => users.listByRole(id, page)),
    ...groups.map((id) => (page: PageRequest) => users.listByGroup(id, page)),
  ];
  for (const read of ways) {
    let after: Cursor | undefined;
    do {
      const page = await read({ limit: PAGE, ...(after && { after }) });
      if (page.rows.some((user) => user.id !== except && isAdministrator(user, snapshot, at))) return true;
      after = page.next;
    } while (after);
  }
  return false;
}
