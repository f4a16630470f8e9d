/**
 * A small directory of entries in memory, for what neither slapd nor Samba does: attributes in ranges (MS-ADTS 3.1.1.3.1.3.3), limits of
 * pages, size and time, sub-codes of a refused bind, and a connection that ends in the midst. It knows nothing of schemas.
 */
import { type Dn, dnKey, isWithin, parseDn } from '../../src/base/text/distinguished-name.ts';
import { type OddLdap, type OddReply, type OddRequest, type OddSearch, startOddLdap } from './odd-ldap.ts';
import { matchesFilter } from './search-filter.ts';

export interface StandInDirectory extends Omit<OddLdap, 'requests'> {
  /** What it was asked, the newest last. A test may empty it. */
  readonly requests: OddRequest[];
  /** How it behaves from now on. */
  rules: StandInRules;
  /** Adds an entry, or replaces the one of this DN. The DN `''` is the root entry, which only a base search finds. */
  put(dn: string, attributes: StandInAttributes): void;
  remove(dn: string): void;
}

export type StandInAttributes = Readonly<Record<string, string | Buffer | readonly (string | Buffer)[]>>;

export interface StandInRules {
  /** How many values of an attribute one answer has, such as 1,500; the rest comes by `;range=`. */
  readonly range?: number;
  /** The largest page; `code` answers a request for a larger one. Without a code, pages are that small. */
  readonly page?: { readonly most: number; readonly code?: 4 | 11 };
  /** How many entries a search without pages returns, before result 4. */
  readonly size?: number;
  /** What comes instead of this page, from 1, of every search in pages: a result code, or the end of the connection. */
  readonly atPage?: { readonly page: number; readonly answer: number | 'end' };
  /** Answers to binds. A DN without one signs in with any password. `data` is the sub-code, such as 525 (no such user) or 532 (expired). */
  readonly binds?: ReadonlyMap<string, { readonly code?: number; readonly data?: string; readonly message?: string }>;
  /** Comes first. True: it has answered. */
  readonly before?: (request: OddRequest, reply: OddReply) => boolean;
}

interface StoredEntry {
  readonly dn: string;
  readonly parsed: Dn | undefined;
  /** As written, by the name in lower case. */
  readonly attributes: ReadonlyMap<string, { readonly name: string; readonly values: readonly Buffer[] }>;
}

/** It answers these in a base search only, as Active Directory does; in another the whole search fails. */
const BASE_ONLY = new Set(['tokengroups']);
const IN_CHAIN = '1.2.840.113556.1.4.1941';
const OPERATIONS_ERROR = 1;

export async function startStandInDirectory(rules: StandInRules = {}): Promise<StandInDirectory> {
  const entries = new Map<string, StoredEntry>();
  const odd = await startOddLdap((request, reply) => {
    directory.requests.push(request);
    if (directory.rules.before?.(request, reply)) return;
    if (request.operation === 'bind') return answerBind(directory.rules, request, reply);
    if (request.search) return answerSearch(entries, directory.rules, request, request.search, reply);
    reply.result(2);
  });
  const directory: StandInDirectory = {
    url: odd.url,
    requests: [],
    rules,
    put: (dn, attributes) => void entries.set(keyOf(dn), stored(dn, attributes)),
    remove: (dn) => void entries.delete(keyOf(dn)),
    stop: () => odd.stop(),
  };
  return directory;
}

function keyOf(dn: string): string {
  const parsed = parseDn(dn);
  return parsed ? dnKey(parsed) : dn;
}

function stored(dn: string, attributes: StandInAttributes): StoredEntry {
  const list = Object.entries(attributes).map(([name, values]) => {
    const all = typeof values === 'string' || Buffer.isBuffer(values) ? [values] : values;
    return [name.toLowerCase(), { name, values: all.map((value) => Buffer.from(value)) }] as const;
  });
  return { dn, parsed: parseDn(dn), attributes: new Map(list) };
}

const valuesOf = ({ attributes }: StoredEntry, name: string): readonly Buffer[] => attributes.get(name)?.values ?? [];

function answerBind({ binds }: StandInRules, { name }: OddRequest, reply: OddReply): void {
  const { code, data, message } = binds?.get(name) ?? {};
  if (data === undefined) return reply.result(code ?? 0, message === undefined ? {} : { message });
  const text = `80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data ${data}, v3839`;
  reply.result(code ?? 49, { message: text });
}

function answerSearch(
  entries: ReadonlyMap<string, StoredEntry>,
  rules: StandInRules,
  { name, page }: OddRequest,
  search: OddSearch,
  reply: OddReply,
): void {
  const base = parseDn(name);
  if (search.scope !== 'base' && search.attributes.some((each) => BASE_ONLY.has(each.toLowerCase())))
    return reply.result(OPERATIONS_ERROR);
  const inScope = [...entries.values()].filter(({ parsed }) => isInScope(parsed, base, search.scope));
  if (search.scope === 'base' && inScope.length === 0) return reply.result(32);
  const found = inScope.filter((entry) =>
    matchesFilter(
      search.filter,
      (attribute) => valuesOf(entry, attribute),
      (rule, attribute, value) => rule === IN_CHAIN && reaches(entries, entry, attribute, value.toString()),
    ),
  );
  const send = (some: readonly StoredEntry[]): boolean => {
    const answers = some.map((entry) => answerOf(entry, search.attributes, rules.range));
    if (!answers.every((answer) => answer !== undefined)) return false;
    some.forEach(({ dn }, at) => reply.entry(dn, ...(answers[at] ?? [])));
    return true;
  };
  if (page) return answerPage(rules, page, found, send, reply);
  const most = Math.min(search.sizeLimit || Infinity, rules.size ?? Infinity);
  reply.result(send(found.slice(0, most)) ? (found.length > most ? 4 : 0) : OPERATIONS_ERROR);
}

function answerPage(
  { page: limit, atPage }: StandInRules,
  { size, cookie }: NonNullable<OddRequest['page']>,
  found: readonly StoredEntry[],
  send: (some: readonly StoredEntry[]) => boolean,
  reply: OddReply,
): void {
  if (limit?.code !== undefined && size > limit.most) return reply.result(limit.code);
  const [from = 0, number = 1] = cookie === '' ? [] : cookie.split('/').map(Number);
  if (atPage?.page === number) return atPage.answer === 'end' ? reply.end() : reply.result(atPage.answer);
  const to = from + Math.min(size, limit?.most ?? size);
  if (!send(found.slice(from, to))) return reply.result(OPERATIONS_ERROR);
  reply.result(0, { cookie: to < found.length ? `${to}/${number + 1}` : '' });
}

function isInScope(dn: Dn | undefined, base: Dn | undefined, scope: OddSearch['scope']): boolean {
  if (!dn || !base) return scope === 'base' && dn === base;
  const depth = dn.rdns.length - base.rdns.length;
  if (!isWithin(dn, base)) return false;
  return scope === 'sub' || depth === (scope === 'base' ? 0 : 1);
}

/** Whether the attribute leads to this DN, through any entries and also in circles. */
function reaches(
  entries: ReadonlyMap<string, StoredEntry>,
  from: StoredEntry,
  attribute: string,
  target: string,
  seen = new Set<StoredEntry>(),
): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  return valuesOf(from, attribute).some((value) => {
    const next = entries.get(keyOf(value.toString()));
    return keyOf(value.toString()) === keyOf(target) || (next && reaches(entries, next, attribute, target, seen));
  });
}

type AnsweredAttribute = readonly [name: string, ...values: readonly Buffer[]];

/** Undefined: a range begins beyond the values. */
function answerOf(
  { attributes }: StoredEntry,
  wanted: readonly string[],
  most = Infinity,
): readonly AnsweredAttribute[] | undefined {
  const answers: AnsweredAttribute[] = [];
  for (const asked of wanted) {
    const [, plain = asked, low = '0', high = '*'] = /^([^;]+);range=(\d+)-(\d+|\*)$/i.exec(asked) ?? [];
    const { name, values } = attributes.get(plain.toLowerCase()) ?? { name: plain, values: [] };
    const from = Number(low);
    if (from > 0 && from >= values.length) return undefined;
    const to = Math.min(from + most, high === '*' ? Infinity : Number(high) + 1, values.length);
    if (plain === asked && values.length <= most) {
      if (values.length > 0) answers.push([name, ...values]);
      continue;
    }
    if (plain === asked) answers.push([name]);
    answers.push([`${name};range=${from}-${to === values.length ? '*' : to - 1}`, ...values.slice(from, to)]);
  }
  return answers;
}
