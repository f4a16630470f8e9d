import { problemOf } from '../../base/problems/problem.js';
import { refusalText } from '../../sentences/sentence.js';
import { GatehouseError } from '../../base/errors.js';
import { type Page, type PageRequest, pages } from '../../base/paging.js';
import type { Reference } from '../../changes/removal/reference.js';
import type { Saved } from '../../changes/change-result.js';
import type { Output } from '../output/output.js';
import { columns } from '../output/table.js';

/** Prints a list page by page, so that it may have any length: a table, or one JSON array. */
export async function printList<T>(
  read: (page: PageRequest) => Promise<Page<T>>,
  {
    header,
    row,
    json,
  }: {
    readonly header: readonly string[];
    readonly row: (item: T) => readonly string[];
    readonly json?: (item: T) => object;
  },
  out: Output,
): Promise<void> {
  let isFirst = true;
  if (json) out.line('[');
  for await (const page of pages(read)) {
    if (json) {
      const lines = page.map((item) => `  ${JSON.stringify(json(item))}`);
      // The comma precedes an item, since it is unknown whether another one follows.
      lines.forEach((line, at) => out.line(isFirst && at === 0 ? line : `,${line.slice(1)}`));
    } else {
      const cells = page.map(row);
      for (const line of columns(isFirst ? [header, ...cells] : cells)) out.line(line);
    }
    if (page.length > 0) isFirst = false;
  }
  if (json) out.line(']');
}

export const printJson = (value: object, out: Output): void => out.line(JSON.stringify(value, undefined, 2));

/**
 * Prints what was removed.
 * @throws GatehouseError `bad-configuration` if it is in use, with all references
 */
export function removed<T>(outcome: Saved<T>, thing: string): T {
  if (outcome.ok) return outcome.value;
  const { refusal } = outcome;
  const inUse = problemOf(refusal.problems, 'in-use');
  if (!inUse) throw new GatehouseError('bad-configuration', refusalText(refusal, 'en'));
  const lines = [
    `${thing} is in use, so nothing was changed:`,
    ...referenceLines(inUse.params.references, inUse.params.more),
    'To remove these references too, add --cascade --yes.',
  ];
  throw new GatehouseError('bad-configuration', lines.join('\n'));
}

export function referenceLines(references: readonly Reference[], more: boolean): string[] {
  const lines = references.map(({ kind, name, id, how }) => {
    const named = kind === 'client' ? id : name;
    return `  ${kind.replace('-', ' ')} ${named}: ${HOW[how]}`;
  });
  return [...lines, ...(more ? ['  ... and others'] : [])];
}

const HOW = {
  assignment: 'has an assignment of it',
  membership: 'is a member of it',
  limitation: 'is limited to it',
  policy: 'has a policy about it',
  includes: 'includes it',
  excludes: 'excludes it',
  audience: 'counts only there, and is removed with it',
  'resource-servers': 'may ask for tokens of it',
  introspects: 'introspects its tokens',
  claims: 'is told of its permissions',
  connectors: 'offers it for sign-in',
  mapped: 'has access that came from it',
  mirrored: 'mirrors a group of it, and stays as an ordinary group without members from it',
  linked: 'is linked by it, and can no longer sign in through it',
  userstore: 'keeps the account, and can no longer sign in',
} as const satisfies Record<Reference['how'], string>;
