import { compareAsStored } from '../../base/text/compare-as-stored.js';
import type { User } from '../../identity/users/user.js';
import type { IndexedBy } from '../../identity/users/user-queries.js';
import type { Client } from '../../realm/clients/client.js';
import type { Stored } from '../../storage/spec.js';
import { leadsTo, type CandidatePlaces } from './candidate-places.js';

/** Where people are looked up, page by page. */
export interface People {
  get(id: string): Promise<Stored<User> | undefined>;
  /** In the order of usernames, those after this one. */
  findNext(by: IndexedBy, after: string | undefined, limit: number): Promise<readonly Stored<User>[]>;
}

export interface ClientList {
  get(id: string): Promise<Stored<Client> | undefined>;
  /** By name, then by id, those after this one. */
  findNext(after: ClientPlace | undefined, limit: number): Promise<readonly Stored<Client>[]>;
}

export type ClientPlace = Pick<Client, 'name' | 'id'>;

/** Past so many places it is less work to read everybody. */
const MOST_PLACES = 500;
const MOST_ROWS = 500;
const FEWEST_ROWS = 20;

/**
 * Everybody who is found at these places, each once, in the order of usernames. So a username is a cursor that stays right whatever changes
 * between two pages. Never more than about a thousand in memory.
 *
 * @param after only those whose username comes after this one
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

/** Clients are few beside people: every one of them is read, and those are given who were given something that leads there. */
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
