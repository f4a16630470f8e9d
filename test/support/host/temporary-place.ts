/** A place for the Gatehouse of one test: a folder with its sealing keys and realm file, and a store. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { temporaryDatabase } from '../mongod.js';

const root = join(import.meta.dirname, '../../..');

export type StoreKind = 'sqlite' | 'mongodb';

/** The realm of a test, and additions to it. Without one, Gatehouse has its built-in realm only. */
export interface TestRealm {
  /** A realm file, relative to the checkout. */
  readonly realmFile?: string;
  /** The content of a realm file, as an object or as YAML. */
  readonly realm?: object | string;
  /** Clients that the realm has in addition, as a realm file describes them. */
  readonly clients?: readonly object[];
  /** Users that the realm has in addition, as a realm file describes them. */
  readonly users?: readonly object[];
}

export interface TemporaryPlace {
  readonly folder: string;
  readonly keysFolder: string;
  /** As GATEHOUSE_STORE names it. */
  readonly storeAddress: string;
  /** The realm file that Gatehouse applies, if there is one. */
  readonly realmFile: string | undefined;
  /** The settings that name all this. */
  readonly settings: Readonly<Record<'GATEHOUSE_STORE' | 'GATEHOUSE_KEYS', string>> & Readonly<Record<string, string>>;
  /** Replaces the realm file; the next start, or `apply`, reads it. Additions are not repeated. */
  writeRealm(realm: object | string): Promise<void>;
  /** The whole store as it is now: the bytes of its files, or every document of its database. */
  dump(): Promise<string>;
  /** Removes the folder and the database. */
  remove(): Promise<void>;
}

export async function temporaryPlace(kind: StoreKind = 'sqlite', declared: TestRealm = {}): Promise<TemporaryPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-host-'));
  const database = kind === 'mongodb' ? temporaryDatabase() : undefined;
  const keysFolder = join(folder, 'keys');
  const storeAddress = database?.url ?? `sqlite:${join(folder, STORE_FILE)}`;
  const written = join(folder, 'realm.yaml');
  // JSON is YAML too.
  const write = (realm: object | string): Promise<void> =>
    writeFile(written, typeof realm === 'string' ? realm : JSON.stringify(realm));
  const realm = await realmOf(declared);
  if (realm !== undefined) await write(realm);
  const realmFile = realm === undefined ? declared.realmFile && join(root, declared.realmFile) : written;
  return {
    folder,
    keysFolder,
    storeAddress,
    realmFile,
    settings: {
      GATEHOUSE_STORE: storeAddress,
      GATEHOUSE_KEYS: keysFolder,
      ...(realmFile !== undefined && { GATEHOUSE_REALM_FILE: realmFile }),
    },
    async writeRealm(realm) {
      if (realmFile !== written)
        throw new Error('This realm file is one of the checkout: declare its content as `realm`.');
      await write(realm);
    },
    dump: () => database?.dump() ?? filesOf(folder),
    async remove() {
      await database?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const STORE_FILE = 'gatehouse.db';

/** The content of a realm file to write; undefined where a file is used as it is, or none. */
async function realmOf({
  realmFile,
  realm,
  clients = [],
  users = [],
}: TestRealm): Promise<object | string | undefined> {
  if (clients.length + users.length === 0) return realm;
  const text = realmFile === undefined ? '' : await readFile(join(root, realmFile), 'utf8');
  const base = (typeof realm === 'object' ? realm : parse(realm ?? text)) as RealmContent | null;
  return { ...base, clients: [...clients, ...(base?.clients ?? [])], users: [...(base?.users ?? []), ...users] };
}

interface RealmContent {
  readonly clients?: readonly object[];
  readonly users?: readonly object[];
}

/** The write-ahead log included. */
async function filesOf(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((file) => file.startsWith(STORE_FILE));
  return (await Promise.all(files.map((file) => readFile(join(folder, file), 'latin1')))).join('');
}
