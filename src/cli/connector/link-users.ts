import type { Parts } from '../../app/parts.js';
import { trimTyped } from '../../base/text/normalize-typed.js';
import type { Actor } from '../../changes/actor.js';
import type { UpstreamConnector } from '../../federation/contract/connector-kind.js';
import type { User } from '../../identity/users/user.js';
import { refusalText } from '../../sentences/sentence.js';
import { findNamed } from '../arguments/find-user.js';
import type { Output } from '../output/output.js';
import { type LinkRow, linkRows } from './link-file.js';
import { subjectFault } from './upstream-subject.js';

export interface LinkUsersCommand {
  readonly file: string;
  /** Otherwise the command only says what it would do. */
  readonly apply: boolean;
  /** Link without asking the directory. */
  readonly unchecked: boolean;
}

export type LinkUsersParts = Pick<Parts, 'identifiers' | 'users' | 'links'>;

/** What becomes of a line: `failed` says why. */
type RowOutcome = { readonly kind: 'link' | 'linked-already' } | { readonly kind: 'failed'; readonly why: string };

/**
 * Links the users of a file to accounts of a connector, line by line, and goes on after a line that fails.
 * @param connector without `lookup`, nobody is asked whether there is such a person
 * @param subjectText the id as links have it, of any spelling
 * @returns false if a line failed @throws GatehouseError `bad-configuration` if the file can't be read
 */
export async function linkUsers(
  parts: LinkUsersParts,
  by: Actor,
  connector: Pick<UpstreamConnector, 'id'> & Partial<Pick<UpstreamConnector, 'lookup'>>,
  { file, apply }: Omit<LinkUsersCommand, 'unchecked'>,
  subjectText: (typed: string) => string,
  out: Output,
): Promise<boolean> {
  const counts = { link: 0, 'linked-already': 0, failed: 0 };
  const planned = { subjects: new Map<string, string>(), users: new Map<string, string>() };
  for await (const row of linkRows(file)) {
    const outcome = await outcomeOf(row);
    counts[outcome.kind]++;
    out.line(lineOf(row, outcome));
    await out.flushed?.();
  }
  out.line(
    `${counts.link} ${apply ? 'linked' : 'to link'}, ${counts['linked-already']} linked already, ${counts.failed} failed.`,
  );
  if (!apply) out.line('Nothing was changed. To do it, add --apply.');
  return counts.failed === 0;

  async function outcomeOf({ link }: LinkRow): Promise<RowOutcome> {
    if (!link) return failed('the line is not `user,subject`');
    const subject = subjectText(link.subject);
    const user = await userOf(parts, link.user);
    if (typeof user === 'string') return failed(user);
    const upstream = { connector: connector.id, issuer: '', subject };
    const [holder, links] = await Promise.all([parts.links.find(upstream), parts.links.of(user.id)]);
    const holderId = holder?.userId ?? planned.subjects.get(subject);
    if (holderId === user.id) return { kind: 'linked-already' };
    if (holderId !== undefined) return failed(`the subject is linked to the user ${await nameOf(parts, holderId)}`);
    const other = links.find((each) => each.connector === connector.id)?.subject ?? planned.users.get(user.id);
    if (other !== undefined) return failed(`the user is linked to another subject: ${other}`);
    const fault = connector.lookup && subjectFault(await connector.lookup(subject));
    if (fault !== undefined) return failed(fault);
    if (apply) {
      const saved = await parts.links.add(by, user.id, upstream);
      return saved.ok ? { kind: 'link' } : failed(refusalText(saved.refusal, 'en'));
    }
    planned.subjects.set(subject, user.id);
    planned.users.set(user.id, subject);
    return { kind: 'link' };
  }

  function lineOf({ line, link }: LinkRow, outcome: RowOutcome): string {
    const who = link ? `${link.user} ${link.subject}: ` : '';
    switch (outcome.kind) {
      case 'link':
        return `line ${line}: ${who}${apply ? 'linked' : 'would be linked'}`;
      case 'linked-already':
        return `line ${line}: ${who}linked already`;
      case 'failed':
        return `line ${line}: ${who}failed, ${outcome.why}`;
    }
  }
}

const failed = (why: string): RowOutcome => ({ kind: 'failed', why });

/** A user by name or id; otherwise why there is none. */
async function userOf({ identifiers, users }: LinkUsersParts, given: string): Promise<User | string> {
  const typed = trimTyped(given);
  const [named, withId] = await Promise.all([findNamed(identifiers, typed), users.get(typed)]);
  // Whoever may choose a username must not take the link of the user with that id.
  if (named && withId && named.id !== withId.id) return 'this is the name of one user and the id of another';
  return named ?? withId ?? 'there is no such user';
}

async function nameOf({ users }: LinkUsersParts, id: string): Promise<string> {
  const user = await users.get(id);
  return user ? user.username : id;
}
