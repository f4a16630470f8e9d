import { parseArguments } from '../arguments/parse-arguments.js';
import type { Parts } from '../../app/parts.js';
import { GatehouseError } from '../../base/errors.js';
import type { Actor } from '../../changes/actor.js';
import type { IdentityLink } from '../../identity/links/identity-link.js';
import type { User } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';
import { moment } from '../../base/text/moment.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import { checkSubject, knownConnector } from '../connector/open-connector.js';
import { isSubject } from '../connector/upstream-subject.js';
import { printJson } from '../manage/output.js';
import type { Output } from '../output/output.js';
import { columns } from '../output/table.js';
import { saved } from '../output/unwrap.js';

export type LinksCommand = { readonly name: string } & (
  | { readonly action: 'links'; readonly json: boolean }
  | { readonly action: 'link'; readonly connector: string; readonly subject: string; readonly unchecked: boolean }
  | { readonly action: 'unlink'; readonly connector: string; readonly subject?: string }
);

const OPTIONS = {
  connector: { type: 'string' },
  subject: { type: 'string' },
  unchecked: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** @throws NotUnderstood with the usage of the command */
export function readLinksCommand(action: LinksCommand['action'], args: readonly string[]): LinksCommand {
  const { positionals, values } = argumentsOf(args);
  const [name, ...more] = positionals;
  const { connector, subject, unchecked = false, json = false } = values;
  if (name === undefined || more.length > 0) throw new NotUnderstood();
  if (action === 'links') return { action, name, json };
  if (connector === undefined || (subject !== undefined && !isSubject(subject))) throw new NotUnderstood();
  if (action === 'unlink') return { action, name, connector, ...(subject !== undefined && { subject }) };
  if (subject === undefined) throw new NotUnderstood();
  return { action, name, connector, subject, unchecked };
}

function argumentsOf(args: readonly string[]) {
  return parseArguments({ args: [...args], allowPositionals: true, options: OPTIONS });
}

type LinkCommandParts = Pick<Parts, 'connectors' | 'links'>;

/** Lists, makes and removes the links of a user. @throws GatehouseError `bad-configuration` */
export async function linksCommand(
  parts: LinkCommandParts,
  by: Actor,
  command: LinksCommand,
  user: Stored<User>,
  out: Output,
): Promise<void> {
  switch (command.action) {
    case 'links': {
      list(await parts.links.of(user.id), user, command.json, out);
      return;
    }
    case 'link':
      return link(parts, by, command, user, out);
    case 'unlink':
      return unlink(parts, by, command, user, out);
  }
}

function list(links: readonly IdentityLink[], { username }: User, json: boolean, out: Output): void {
  if (json) {
    printJson(
      links.map(({ connector, issuer, subject, linkedAt, suspendedAt, suspendedAs }) => ({
        ...{ connector, subject, linkedAt: new Date(linkedAt).toISOString() },
        ...(issuer !== '' && { issuer }),
        ...(suspendedAt !== undefined && { suspendedAt: new Date(suspendedAt).toISOString() }),
        ...(suspendedAs !== undefined && { suspendedAs }),
      })),
      out,
    );
    return;
  }
  if (links.length === 0) out.line(`${username} has no links.`);
  else for (const line of columns([['CONNECTOR', 'SUBJECT', 'SINCE'], ...links.map(row)])) out.line(line);
}

const row = ({ connector, subject, linkedAt, suspendedAs }: IdentityLink) => [
  connector,
  subject,
  suspendedAs === undefined ? moment(linkedAt) : `${moment(linkedAt)}, ${suspendedAs} there`,
];

async function link(
  parts: LinkCommandParts,
  by: Actor,
  { connector: id, subject: typed, unchecked }: Extract<LinksCommand, { action: 'link' }>,
  { id: userId, username }: User,
  out: Output,
): Promise<void> {
  const connector = await knownConnector(parts.connectors, id);
  const subject = parts.connectors.subjectText(connector, typed);
  if (!unchecked) await checkSubject(parts.connectors, connector, subject);
  saved(await parts.links.add(by, userId, { connector: id, issuer: '', subject }));
  out.line(`${username} is linked to ${subject} of ${id}.`);
}

async function unlink(
  { connectors, links }: LinkCommandParts,
  by: Actor,
  { connector, subject: typed }: Extract<LinksCommand, { action: 'unlink' }>,
  { id, username }: User,
  out: Output,
): Promise<void> {
  const known = await connectors.get(connector);
  const subject = known && typed !== undefined ? connectors.subjectText(known, typed) : typed;
  const there = (await links.of(id)).filter((each) => each.connector === connector);
  const found = there.filter((each) => subject === undefined || each.subject === subject);
  const [meant, ...others] = found;
  if (!meant) {
    const said = `${username} has no such link: \`gatehouse user links\` shows those that there are.`;
    throw new GatehouseError('bad-configuration', said);
  }
  if (others.length > 0) {
    const lines = [
      `${username} has several links to ${connector}. Name one with --subject:`,
      ...found.map((each) => `  ${each.subject}`),
    ];
    throw new GatehouseError('bad-configuration', lines.join('\n'));
  }
  saved(await links.remove(by, id, meant.id));
  const ends = there.length === 1 ? `, and the access that ${connector} gave` : '';
  out.line(`The link of ${username} to ${meant.subject} of ${connector} is removed${ends}.`);
}
