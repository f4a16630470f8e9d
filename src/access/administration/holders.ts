import { isBlocked } from '../../base/block.js';
import type { Instant } from '../../base/clock.js';
import { z } from 'zod';
import type { Behaviour } from '../../identity/activity/activity.js';
import type { User } from '../../identity/users/user.js';
import type { Client } from '../../realm/clients/client.js';
import type { Stored } from '../../storage/spec.js';
import { type AccessQuestion, type Judging, placesHolding } from './access-question.js';
import { candidates, clientCandidates, type ClientList, type People } from './candidates.js';
import { batches } from '../../base/paging.js';
import type { Subject } from '../evaluation/evaluation-context.js';
import { type Standing, standingOf } from '../evaluation/standing.js';
import { clientSubject, readsBehaviour, subjectOf } from '../evaluation/subject.js';

/** A user or client that holds the requested access, now or later. */
export interface Holder extends Standing {
  readonly who: {
    readonly kind: 'user' | 'client';
    readonly id: string;
    /** The username, or the name of the client. */
    readonly name: string;
    /** A disabled user gets no token. */
    readonly disabled?: true;
  };
}

export interface HolderParts {
  readonly users: Pick<People, 'findNext'>;
  readonly clients: Pick<ClientList, 'findNext'>;
  /** The counted events of users. */
  readonly behaviours?: { getMany(ids: readonly string[]): Promise<ReadonlyMap<string, Behaviour>> };
}

/** The position in a list: users by username, then clients by name and id. It stays correct when the realm changes. */
export type HolderCursor =
  | { readonly kind: 'user'; readonly after: string }
  | { readonly kind: 'client'; readonly after?: Pick<Client, 'name' | 'id'> };

/** A candidate after evaluation. */
interface Looked {
  readonly at: HolderCursor;
  /** Absent: they do not hold it and will not. */
  readonly holder?: Holder;
}

export interface HolderSelection {
  readonly after?: HolderCursor;
  /** Absent: both kinds. */
  readonly kinds?: readonly ('user' | 'client')[];
}

/**
 * Visits everybody who may hold the access, using indexes where possible, and evaluates each with {@link standingOf}. Keeps at
 * most a page in memory.
 */
async function* lookedAt(
  question: AccessQuestion,
  judging: Judging,
  { users, clients, behaviours }: HolderParts,
  { after, kinds = ['user', 'client'] }: HolderSelection = {},
): AsyncGenerator<Looked> {
  const { snapshot, context } = judging;
  const places = placesHolding(question, snapshot);
  const found = (subject: Subject, who: Holder['who'], at: HolderCursor): Looked => {
    const standing = standingOf(question, subject, judging);
    return { at, ...(standing && { holder: { who, ...standing } }) };
  };
  if (kinds.includes('user') && after?.kind !== 'client') {
    for await (const page of batches(candidates(places, users, after?.after))) {
      const known = readsBehaviour(snapshot) ? await behaviours?.getMany(page.map(({ id }) => id)) : undefined;
      for (const user of page) {
        const subject = subjectOf(user, snapshot, context.at, known?.get(user.id));
        yield found(subject, userNamed(user, context.at), { kind: 'user', after: user.username });
      }
    }
  }
  if (!kinds.includes('client')) return;
  const from = after?.kind === 'client' ? after.after : undefined;
  for await (const client of clientCandidates(places, clients, from)) {
    const { id, name } = client;
    yield found(clientSubject(client), { kind: 'client', id, name }, { kind: 'client', after: { name, id } });
  }
}

const userNamed = ({ id, username, blocks }: Stored<User>, at: Instant): Holder['who'] => ({
  kind: 'user',
  id,
  name: username,
  ...(isBlocked({ blocks }, at) && { disabled: true }),
});

/** Yields everybody who holds it, or may come to. */
export async function* holdersOf(
  question: AccessQuestion,
  judging: Judging,
  parts: HolderParts,
  selection?: HolderSelection,
): AsyncGenerator<Holder> {
  for await (const { holder } of lookedAt(question, judging, parts, selection)) if (holder) yield holder;
}

export interface HolderPageRequest extends HolderSelection {
  readonly limit: number;
  /** The maximum number of candidates per page. */
  readonly mostLookedAt?: number;
}

export interface HolderPage {
  readonly rows: readonly Holder[];
  /** Absent on the last page. */
  readonly next?: HolderCursor;
}

const MOST_LOOKED_AT = 2000;

/**
 * A page of current holders who can sign in. It may be shorter than requested, or empty, and still have a next page, because
 * the number of reads per page is limited.
 */
export async function holdersPage(
  question: AccessQuestion,
  judging: Judging,
  parts: HolderParts,
  { limit, mostLookedAt = MOST_LOOKED_AT, ...selection }: HolderPageRequest,
): Promise<HolderPage> {
  const rows: Holder[] = [];
  let looked = 0;
  for await (const { at, holder } of lookedAt(question, judging, parts, selection)) {
    if (holder?.when === 'now' && holder.who.disabled !== true) rows.push(holder);
    if (rows.length === limit || ++looked === mostLookedAt) return { rows, next: at };
  }
  return { rows };
}

/** The cursor as text for clients. */
export const writeHolderCursor = (cursor: HolderCursor): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');

const cursorInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), after: z.string() }),
  z.strictObject({
    kind: z.literal('client'),
    after: z.strictObject({ name: z.string(), id: z.string() }).optional(),
  }),
]);

/** Undefined if {@link writeHolderCursor} did not make the text. */
export function readHolderCursor(text: string): HolderCursor | undefined {
  try {
    const read = cursorInput.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    if (!read.success) return undefined;
    const { data } = read;
    if (data.kind === 'user') return data;
    return { kind: 'client', ...(data.after && { after: data.after }) };
  } catch {
    return undefined;
  }
}
