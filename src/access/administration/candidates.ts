import { compareAsStored } from '../../base/text/compare-as-stored.js';
import type { User } from '../../identity/users/user.js';
import type { IndexedBy } from '../../identity/users/user-queries.js';
import type { Client } from '../../realm/clients/client.js';
import type { Stored } from '../../storage/spec.js';
import { leadsTo, type CandidatePlaces } from './candidate-places.js';

/** Looks up users, page by page. */
export interface People {
  get(id: string): Promise<Stored<User> | undefined>;
  /** Users after this one, ordered by username. */
  findNext(by: IndexedBy, after: string | undefined, limit: number): Promise<readonly Stored<User>[]>;
}

export interface ClientList {
  get(id: string): Promise<Stored<Client> | undefined>;
  /** Clients after this one, ordered by name and id. */
  findNext(after: ClientPlace | undefined, limit: number): Promise<readonly Stored<Client>[]>;
}

export type ClientPlace = Pick<Client, 'name' | 'id'>;

/** Beyond this number of places, reading everybody is cheaper. */
const MOST_PLACES = 500;
const MOST_ROWS = 500;
const FEWEST_ROWS = 20;

/**
 * Everybody who is found at these places, once each, ordered by username. A username is therefore a cursor that stays correct
 * when the realm changes between two pages. At most about a thousand users are in memory.
 *
 * @param after only users whose username comes after this one
 */
export async function* candidates(
  places: CandidatePlaces,
  people: Pick<People, 'findNext'>,
  after?: string,
): AsyncGenerator<Stored<User>> {
  const indexes = indexesOf(places);
  const limit = Math.max(FEWEST_ROWS, Math.floor(MOST_ROWS / Math.max(1, indexes.length)));
  const streams = await Promise.all(
    indexes.map(async (by): Promise<Stream> => ({ by, rows: await people.findNext(by, after, limit), at: 0 })),
  );
  for (;;) {
    const next = firstOf(streams);
    if (!next) return;
    yield next;
    for (const stream of streams) {
      if (stream.rows[stream.at]?.username !== next.username) continue;
      stream.at++;
      if (stream.at < stream.rows.length || stream.rows.length < limit) continue;
      stream.rows = await people.findNext(stream.by, next.username, limit);
      stream.at = 0;
    }
  }
}

/** Clients are few, so all are read. Yields those with an assignment that leads to one of the places. */
export async function* clientCandidates(
  places: CandidatePlaces,
  clients: Pick<ClientList, 'findNext'>,
  after?: ClientPlace,
): AsyncGenerator<Stored<Client>> {
  let rows: readonly Stored<Client>[];
  let last = after;
  do {
    rows = await clients.findNext(last, MOST_ROWS);
    for (const client of rows) if (leadsTo(client.assignments, places)) yield client;
    last = rows.at(-1);
  } while (rows.length === MOST_ROWS);
}

interface Stream {
  readonly by: IndexedBy;
  rows: readonly Stored<User>[];
  at: number;
}

function firstOf(streams: readonly Stream[]): Stored<User> | undefined {
  let first: Stored<User> | undefined;
  for (const { rows, at } of streams) {
    const head = rows[at];
    if (head && (!first || compareAsStored(head.username, first.username) < 0)) first = head;
  }
  return first;
}

function indexesOf(places: CandidatePlaces): readonly IndexedBy[] {
  if (places.everybody) return [{ by: 'all' }];
  const found = [
    ...[...places.roles].map((id): IndexedBy => ({ by: 'role', id })),
    ...[...places.groups].map((id): IndexedBy => ({ by: 'group', id })),
    ...[...places.customerGroups].map((id): IndexedBy => ({ by: 'reference', id: `group:${id}` })),
    ...[...places.resourceServers].map((id): IndexedBy => ({ by: 'reference', id: `resource-server:${id}` })),
  ];
  return found.length > MOST_PLACES ? [{ by: 'all' }] : found;
}
