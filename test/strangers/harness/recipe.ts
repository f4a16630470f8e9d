import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { blocksOf } from '../../support/documents.js';

/** A page of `docs/applications`, whose blocks are what the run uses. */
export interface Recipe {
  /** The one block with this mark. @throws {Error} where there is not exactly one */
  block(mark: string): string;
  /** The realm file: that of the page, and what every stranger finds beside it. */
  realmFile(): Promise<string>;
  /** The settings in the page's realm file beyond id, name, secret, redirect URIs, and the APIs that a client calls. */
  settings(): string[];
}

type Entries = Readonly<Record<string, unknown>>[];
type RealmFile = Readonly<Record<string, Entries | Readonly<Record<string, unknown>>>>;

/** The field that identifies an entry of each kind. */
const IDS: Readonly<Record<string, string>> = { clients: 'id', users: 'username', resourceServers: 'identifier' };

/** Entries that do not count as settings: the README's three values, a public or native client, and the API that it calls. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  clients: [
    ...['id', 'name', 'secret', 'authentication=none', 'applicationType=native'],
    ...['redirectUris', 'postLogoutRedirectUris', 'resourceServers'],
  ],
  resourceServers: ['identifier', 'name', 'permissions'],
};

/** @param addresses what stands on this machine for each address of the page */
export async function readRecipe(name: string, addresses: ReadonlyMap<string, string>): Promise<Recipe> {
  const path = `docs/applications/${name}.md`;
  const page = await readFile(join(import.meta.dirname, '../../..', path), 'utf8');
  const block = (mark: string): string => {
    const [found, more] = blocksOf(page, mark);
    if (found === undefined || more !== undefined) throw new Error(`${path} must have one block marked "${mark}".`);
    let here = found;
    for (const [example, address] of addresses) here = here.replaceAll(example, address);
    return here;
  };
  const ofPage = (): RealmFile => parse(block('yaml realm')) as RealmFile;
  return {
    block,
    async realmFile() {
      const shared = parse(await readFile(join(import.meta.dirname, 'realm.yaml'), 'utf8')) as RealmFile;
      return stringify(merged(shared, ofPage()));
    },
    settings: () =>
      Object.entries(ofPage()).flatMap(([kind, entries]) =>
        Array.isArray(entries) ? entries.flatMap((entry) => unexpected(kind, entry)) : unexpected(kind, entries),
      ),
  };
}

/** Lists are joined; where both name the same thing, the page's stays. */
function merged(shared: RealmFile, page: RealmFile): RealmFile {
  const result: Record<string, RealmFile[string]> = { ...shared };
  for (const [kind, entries] of Object.entries(page)) {
    const before = shared[kind];
    const id = IDS[kind] ?? 'name';
    result[kind] =
      Array.isArray(entries) && Array.isArray(before)
        ? [...before.filter((old) => !entries.some((entry) => entry[id] === old[id])), ...entries]
        : entries;
  }
  return result;
}

function unexpected(kind: string, entry: Readonly<Record<string, unknown>>): string[] {
  if (kind === 'users' || kind === 'roles' || kind === 'groups') return [];
  const expected = EXPECTED[kind] ?? [];
  return Object.entries(entry)
    .filter(([field, value]) => !expected.includes(field) && !expected.includes(`${field}=${String(value)}`))
    .map(([field, value]) => `${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
}
