import type { Instant } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';
import { openAccess, type HistoryRow } from '../../changes/history.js';
import { firstEndedAfter, stateAt } from '../../changes/history-at.js';
import type { PersonalKeys } from '../../changes/personal/personal-keys.js';
import { PRIMARY_STORE } from '../../identity/identifiers/identifier.js';
import type { DecidingUser, UserAccess } from '../../identity/users/access-relevant-fields.js';
import { type User, users } from '../../identity/users/user.js';
import { type Client, clients } from '../../realm/clients/client.js';
import type { Realm } from '../../storage/store.js';
import { pastAssignments } from './past-assignments.js';

/** A user or client at an instant; `gone`: removed by then, or never created. */
export type PastSubject<S> = { readonly is: 'known'; readonly subject: S } | { readonly is: 'not-yet' | 'gone' };

/** `erased`: what the user could do then was destroyed together with the user's key. */
export type PastUser = PastSubject<DecidingUser> | { readonly is: 'erased' };

/** A user at an instant, by id. Three store calls at most, however long the history is. @throws StoreUnavailable */
export async function userAt(
  { realm, personal }: { readonly realm: Pick<Realm, 'of'>; readonly personal: Pick<PersonalKeys, 'open'> },
  id: string,
  at: Instant,
): Promise<PastUser> {
  const current = await realm.of(users).get(id);
  const state = stateAt(current, await firstEndedAfter(realm, { kind: 'user', subject: id }, at), at);
  switch (state.is) {
    case 'current':
      return { is: 'known', subject: state.document };
    case 'past': {
      const [access = 'erased'] = await openAccess(personal, [state.row]);
      return access === 'erased' ? { is: 'erased' } : { is: 'known', subject: pastUser(state.row, access, current) };
    }
    case 'not-yet':
    case 'gone':
      return state;
  }
}

/** A client that acts for itself at an instant, by its id then. Two store calls. @throws StoreUnavailable */
export async function clientAt(
  realm: Pick<Realm, 'of'>,
  id: string,
  at: Instant,
): Promise<PastSubject<Pick<Client, 'id' | 'assignments'>>> {
  const current = await realm.of(clients).get(id);
  const state = stateAt(current, await firstEndedAfter(realm, { kind: 'client', subject: id }, at), at);
  switch (state.is) {
    case 'current':
      return { is: 'known', subject: state.document };
    case 'past':
      return { is: 'known', subject: { id, assignments: pastAssignments(state.row.access ?? {}) } };
    case 'not-yet':
    case 'gone':
      return state;
  }
}

/** Rows of earlier releases lack the fields that never change, and the username; the current ones stand in for them. */
function pastUser({ subject: id, from }: HistoryRow, access: JsonObject, current: User | undefined): DecidingUser {
  // Written by `decidingAccess`.
  const known = access as unknown as Partial<UserAccess>;
  const { attributes = [], emailVerified = false, email, locale, zoneinfo } = known;
  return {
    id,
    createdAt: known.createdAt ?? current?.createdAt ?? from,
    username: known.username ?? current?.username ?? id,
    userstore: known.userstore ?? current?.userstore ?? PRIMARY_STORE,
    ...{ attributes, emailVerified, ...(email !== undefined && { email }) },
    assignments: pastAssignments(access),
    blocks: known.blocks ?? (access['state'] === 'disabled' ? [{ by: 'administrator', since: from }] : []),
    profile: { ...(locale !== undefined && { locale }), ...(zoneinfo !== undefined && { zoneinfo }) },
  };
}
