import { placesHolding } from '../access/administration/access-question.js';
import {
  candidates,
  clientCandidates,
  type ClientList,
  type ClientPlace,
  type People,
} from '../access/administration/candidates.js';
import { decide } from '../access/evaluation/decide.js';
import { batches, type Cursor, type Page } from '../base/paging.js';
import type { Snapshot } from '../access/evaluation/snapshot.js';
import type { Instant } from '../base/clock.js';
import type { User } from '../identity/users/user.js';
import type { Client } from '../realm/clients/client.js';
import type { Stored } from '../storage/spec.js';
import { askingAbout, askingOf, type KnownSubject, type QuestionSources } from './asking.js';
import { type ActionSearch, type ResourceSearch, type SubjectSearch, subjectKind } from './evaluation.js';
import { resourceOf } from './resource.js';
import { wantedOf } from './wanted.js';

/** Where subjects are searched. */
export interface SearchSources extends QuestionSources {
  readonly people: Pick<People, 'findNext'>;
  readonly clients: Pick<ClientList, 'findNext'>;
  /** The caller's name for a user: the inverse of `idOf`. */
  readonly nameOf: (userId: string) => string;
}

/** The maximum number of candidates per page, which may therefore be short or empty, and still have a next one. */
const MOST_LOOKED_AT = 2000;

/** The subjects that may do this: each candidate from an index is decided as in an evaluation. */
export async function searchSubjects(
  search: SubjectSearch,
  audience: string,
  sources: SearchSources,
  snapshot: Snapshot,
  at: Instant,
): Promise<Page<{ readonly type: string; readonly id: string }>> {
  const { type } = search.subject;
  const wanted = wantedOf(search.action, audience);
  const resource = resourceOf(search.resource, audience, snapshot, sources.idOf);
  const isAllowed = async (known: KnownSubject, id: string): Promise<boolean> => {
    const question = { subject: { ...search.subject, id }, context: search.context };
    const asking = await askingAbout(known, question, audience, sources, snapshot, at);
    return asking.ok && decide(asking.subject, wanted, resource, asking.context, snapshot).allowed;
  };
  const places = placesHolding({ kind: 'permission', ...wanted }, snapshot);
  const { limit, after } = search.page;
  switch (subjectKind(type)) {
    case 'user': {
      const judge = async (user: Stored<User>) => {
        const id = sources.nameOf(user.id);
        return (await isAllowed({ kind: 'user', user }, id)) ? { type, id } : undefined;
      };
      return pageThrough(candidates(places, sources.people, after), judge, ({ username }) => username, limit);
    }
    case 'client': {
      const judge = async (client: Stored<Client>) =>
        (await isAllowed({ kind: 'client', client }, client.id)) ? { type, id: client.id } : undefined;
      const place = clientPlaceIn(after);
      return pageThrough(clientCandidates(places, sources.clients, place), judge, asCursor, limit);
    }
    case undefined:
      return { rows: [] };
  }
}

/** Which of the resource server's permissions the subject would be allowed, sorted by name. */
export async function searchActions(
  search: ActionSearch,
  audience: string,
  sources: SearchSources,
  snapshot: Snapshot,
  at: Instant,
): Promise<Page<{ readonly name: string }>> {
  const asking = await askingOf(search, audience, sources, snapshot, at);
  if (!asking.ok) return { rows: [] };
  const resource = resourceOf(search.resource, audience, snapshot, sources.idOf);
  const names = (snapshot.resourceServers.get(audience)?.permissions ?? []).map(({ name }) => name).sort();
  const { limit, after } = search.page;
  const judge = async (name: string) =>
    decide(asking.subject, wantedOf({ name }, audience), resource, asking.context, snapshot).allowed
      ? { name }
      : undefined;
  return pageThrough(namesAfter(after, names), judge, (name) => name, limit);
}

/** Which of the resource server's declared objects the subject would be allowed to do this to, sorted by id. */
export async function searchResources(
  search: ResourceSearch,
  audience: string,
  sources: SearchSources,
  snapshot: Snapshot,
  at: Instant,
): Promise<Page<{ readonly type: string; readonly id: string }>> {
  const asking = await askingOf(search, audience, sources, snapshot, at);
  if (!asking.ok) return { rows: [] };
  const { type, properties } = search.resource;
  const wanted = wantedOf(search.action, audience);
  const declared = snapshot.resourceServers.get(audience)?.instances ?? [];
  const ids = declared.flatMap((instance) => (instance.type === type ? instance.id : [])).sort();
  const { limit, after } = search.page;
  const judge = async (id: string) => {
    const resource = resourceOf({ type, id, ...(properties && { properties }) }, audience, snapshot, sources.idOf);
    return decide(asking.subject, wanted, resource, asking.context, snapshot).allowed ? { type, id } : undefined;
  };
  return pageThrough(namesAfter(after, ids), judge, (id) => id, limit);
}

// We wrote it; the seal proves that.
const asCursor = ({ name, id }: ClientPlace): string => JSON.stringify({ name, id });
const clientPlaceIn = (after: string | undefined): ClientPlace | undefined =>
  after === undefined ? undefined : (JSON.parse(after) as ClientPlace);

/** The names after this one. */
async function* namesAfter(after: string | undefined, names: readonly string[]): AsyncGenerator<string> {
  for (const name of names) if (after === undefined || name > after) yield name;
}

async function pageThrough<T, R>(
  from: AsyncIterable<T>,
  judge: (row: T) => Promise<R | undefined>,
  cursorOf: (row: T) => string,
  limit: number,
): Promise<Page<R>> {
  const rows: R[] = [];
  let looked = 0;
  let next: Cursor | undefined;
  // Shared data is read once for a page of candidates.
  for await (const page of batches(from)) {
    const judged = await Promise.all(page.map(judge));
    for (const [index, one] of judged.entries()) {
      if (next !== undefined) return { rows, next };
      const row = page[index];
      if (one !== undefined) rows.push(one);
      if (row !== undefined && (rows.length === limit || ++looked === MOST_LOOKED_AT)) next = cursorOf(row) as Cursor;
    }
  }
  return { rows };
}
