import { z } from 'zod';
import { Control } from 'ldapts';
import type { DedicatedConnection } from '../connection/directory.js';
import type { SearchAnswer, SearchRequest } from '../connection/ldap-connection.js';
import type { DirectoryParts } from '../directory-parts.js';
import { entrySubject, entryValues } from '../entry-claims.js';
import { allOf, atLeast, equals, isPresent } from '../names/filters.js';
import { type ChangeTracking, markLost, type ReadingChanges } from './change-tracking.js';
import { everyEntry } from './every-entry.js';
import { readMark } from './read-mark.js';

/** What counts changes: one database of one domain controller. Each controller has numbers of its own. */
const counterSchema = z.strictObject({
  by: z.literal('uSNChanged'),
  /** The DN of the controller's settings. */
  controller: z.string().max(2000),
  /** Another one after the database was restored from a backup. */
  invocation: z.string().max(64),
  usn: z.string().regex(/^[0-9]{1,19}$/),
});

type UsnCounter = z.output<typeof counterSchema>;

/** More changes are read as everybody. */
const MOST_CHANGED = 50_000;

/** Active Directory shows deleted entries only then. */
const showDeleted = (): Control => new Control('1.2.840.113556.1.4.417', { critical: true });

/**
 * Changes by `uSNChanged` of Active Directory, with what was deleted. A new value of `member` counts for the group and not for its members, so
 * any change of a group loses the mark. So does an account that may not read the deleted entries: nobody would ever look gone.
 */
export const usnChanges = (parts: DirectoryParts, most = MOST_CHANGED): ChangeTracking => ({
  async begin({ pages }) {
    const domain = await readDomain(pages);
    return domain && tracked(domain.counter);
  },
  async resume({ pages }, text) {
    const mark = readMark(counterSchema, text);
    if (!mark) return markLost('mark-unreadable');
    const domain = await readDomain(pages);
    if (!domain) return markLost('counter-unreadable');
    const { counter, base } = domain;
    if (counter.controller !== mark.controller) return markLost('other-controller');
    if (counter.invocation !== mark.invocation) return markLost('other-database');
    if (BigInt(counter.usn) < BigInt(mark.usn)) return markLost('counter-fell');
    const changed = after(mark.usn);
    if (parts.settings.subject.groups.from !== 'none') {
      const groups = allOf(equals('objectClass', 'group'), changed);
      const request = { base, scope: 'sub', filter: groups, attributes: ['1.1'], sizeLimit: 1 } as const;
      const answer = await pages.search(request, showDeleted());
      if (!answer.ok) return markLost('groups-unreadable');
      // Beyond the limit of one there is one, too.
      if (answer.value.entries.length > 0) return markLost('groups-changed');
      if (answer.value.code !== 0) return markLost('groups-unreadable');
    }
    if (!(await seesDeleted(pages, base))) return markLost('deleted-unreadable');
    const everywhere = await changedEverywhere(parts, pages, { base, changed, most });
    if (everywhere === 'too-many') return markLost('many-changes');
    if (everywhere === 'unreadable') return markLost('changes-unreadable');
    return { kind: 'resumed', ...tracked(counter), changed, everywhere };
  },
});

/** Nothing has to be noted: the counter was read before the entries. */
const tracked = (counter: UsnCounter): ReadingChanges => ({
  note: () => undefined,
  mark: () => JSON.stringify(counter),
  since: after(counter.usn),
});

const after = (usn: string) => atLeast('uSNChanged', String(BigInt(usn) + 1n));

interface CountedDomain {
  readonly counter: UsnCounter;
  readonly base: string;
}

async function readDomain(connection: DedicatedConnection): Promise<CountedDomain | undefined> {
  const root = await readOne(connection, {
    base: '',
    attributes: ['highestCommittedUSN', 'dsServiceName', 'defaultNamingContext'],
  });
  const [usn] = root ? entryValues(root, 'highestCommittedUSN') : [];
  const [controller] = root ? entryValues(root, 'dsServiceName') : [];
  const [base] = root ? entryValues(root, 'defaultNamingContext') : [];
  if (usn === undefined || controller === undefined || base === undefined) return undefined;
  const settings = await readOne(connection, { base: controller, attributes: ['invocationId'] });
  const [invocation] = settings?.attributes.get('invocationid') ?? [];
  if (!invocation) return undefined;
  const counter = counterSchema.safeParse({
    ...{ by: 'uSNChanged', controller, usn },
    invocation: invocation.toString('hex'),
  });
  return counter.data && { counter: counter.data, base };
}

/** Whoever may not list the deleted entries sees none of the attributes of their container. */
async function seesDeleted(connection: DedicatedConnection, base: string): Promise<boolean> {
  const container = await readOne(
    connection,
    { base: `CN=Deleted Objects,${base}`, attributes: ['isDeleted'] },
    showDeleted(),
  );
  return container !== undefined && entryValues(container, 'isDeleted').length > 0;
}

/** The ids of the people of the whole domain who changed, the deleted among them. `unreadable`: some may be missing. */
async function changedEverywhere(
  parts: DirectoryParts,
  connection: DedicatedConnection,
  { base, changed, most }: { readonly base: string; readonly changed: SearchRequest['filter']; readonly most: number },
): Promise<readonly string[] | 'too-many' | 'unreadable'> {
  const { id } = parts.settings.subject;
  const subjects: string[] = [];
  const request = {
    base,
    scope: 'sub',
    filter: allOf(equals('objectClass', 'user'), changed),
    attributes: [id],
  } as const;
  const read = await everyEntry(
    connection,
    request,
    (entry) => {
      const named = entrySubject(entry, id);
      if (named.ok) subjects.push(named.subject);
    },
    { most, controls: [showDeleted()] },
  );
  return read === 'all' ? subjects : read;
}

async function readOne(
  connection: DedicatedConnection,
  request: Pick<SearchRequest, 'base' | 'attributes'>,
  ...controls: readonly Control[]
): Promise<SearchAnswer['entries'][number] | undefined> {
  const answer = await connection.search({ ...request, scope: 'base', filter: isPresent('objectClass') }, ...controls);
  return answer.ok && answer.value.code === 0 ? answer.value.entries[0] : undefined;
}
