/** docs/storage.md is true: each of its commands is run here, with the documented effect. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { application, ask, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { passwordOf, flowRealm } from '../flows/flow-host.js';
import { blocksOf, typed } from '../support/documents.js';
import { program } from '../support/gatehouse.js';
import type { Host } from '../support/host/host.js';
import { useHosts } from '../support/host/use-host.js';
import { temporaryDatabase } from '../support/mongod.js';
import { startMongod } from '../support/mongod-process.js';
import { Visitor } from '../support/visitor.js';

const page = await readFile(join(import.meta.dirname, '../../docs/storage.md'), 'utf8');
const app = application('public');

const ran = new Set<string>();
/** The one block of this mark. */
function block(mark: string): string {
  const [only, more] = blocksOf(page, `sh run ${mark}`);
  if (only === undefined || more !== undefined) throw new Error(`There is not one block marked "${mark}".`);
  ran.add(only);
  return only;
}
afterAll(() => {
  expect(blocksOf(page, 'sh run [a-z ]+').filter((each) => !ran.has(each))).toEqual([]);
});

test('each link within the page leads to a heading', () => {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
  expect(links.length).toBeGreaterThan(1);
  for (const link of links) expect(headings).toContain(link);
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-page-'));
  await mkdir(join(folder, 'backup'));
  await mkdir(join(folder, 'safe'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const start = useHosts();
const begin = (env: Readonly<Record<string, string>> = {}): Promise<Host> => start(flowRealm('sqlite', { env }));
/** Runs a block of the page for this host, whose paths differ from the page's. */
function type(
  { storeAddress, keysFolder }: Host,
  mark: string,
  places: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const shell = [
    `gatehouse() { "${process.execPath}" "${program}" "$@"; }`,
    `mongosh() { "${process.execPath}" "${join(import.meta.dirname, 'stand-in/mongosh.ts')}" "$@"; }`,
    block(mark),
  ];
  const known = {
    '/backup': join(folder, 'backup'),
    '/safe': join(folder, 'safe'),
    '/etc/gatehouse': dirname(keysFolder),
    ...places,
  };
  const settings = { GATEHOUSE_STORE: storeAddress, GATEHOUSE_KEYS: keysFolder, NODE_NO_WARNINGS: '1' };
  return typed(shell.join('\n'), known, { ...settings, ...env });
}

async function signedIn(on: Host, name: string): Promise<{ readonly visitor: Visitor; readonly refreshToken: string }> {
  const visitor = new Visitor();
  const authRequest = ask(on, app);
  const { body } = await exchange(
    on,
    authRequest,
    codeOf(await signIn(visitor, authRequest, name, passwordOf(on, name))),
  );
  return { visitor, refreshToken: body.refresh_token };
}
/** Whether the browser's session signs it in without a question. */
const isSignedIn = async (on: Host, visitor: Visitor): Promise<boolean> =>
  (await visitor.visit(ask(on, app, { prompt: 'none' }).url)).url.searchParams.has('code');

/** The content that every backup must restore, however it is made. */
async function holds(on: Host, backup: () => Promise<unknown>, restore: () => Promise<unknown>): Promise<void> {
  const before = await signedIn(on, 'alice');
  await backup();
  expect((await refresh(on, app, before.refreshToken)).status).toBe(200);
  const after = await signedIn(on, 'bob');
  expect(await isSignedIn(on, after.visitor)).toBe(true);

  // A crash leaves a log beside the file that does not belong to the restored file.
  await on.kill();
  await restore();
  await on.restart();

  expect(await isSignedIn(on, before.visitor)).toBe(true);
  expect(await isSignedIn(on, after.visitor)).toBe(false);
  // It is as it was then: the token that was exchanged since has not been yet.
  expect((await refresh(on, app, before.refreshToken)).status).toBe(200);
  expect(await isSignedIn(on, (await signedIn(on, 'bob')).visitor)).toBe(true);
}

describe('what the page says to type', () => {
  test('backs a SQLite store up while it serves, and restores it; and the keys, which are elsewhere', async () => {
    const on = await begin();
    const places = { '/var/lib/gatehouse/gatehouse.db': on.storeAddress.replace('sqlite:', '') };
    await holds(
      on,
      async () => {
        await type(on, 'keys backup');
        expect(await type(on, 'sqlite backup')).toContain('GATEHOUSE_KEYS');
      },
      async () => {
        await rm(on.keysFolder, { recursive: true });
        await type(on, 'keys restore');
        await type(on, 'sqlite restore', places);
      },
    );
  });

  test('backs a MongoDB up by a copy of its folder while it serves, and restores it', async () => {
    const mongod = await startMongod();
    try {
      const on = await begin({ GATEHOUSE_STORE: `${mongod.url}gatehouse` });
      const places = { '/data/db': mongod.folder };
      await holds(
        on,
        () => type(on, 'mongodb backup', places, { MONGODB: mongod.url }),
        async () => {
          await mongod.kill();
          await type(on, 'mongodb restore', places);
          await mongod.restart();
        },
      );
    } finally {
      await mongod.end();
    }
  });

  test('moves the realm to another store', async () => {
    const on = await begin();
    const database = temporaryDatabase();
    try {
      const { visitor } = await signedIn(on, 'alice');
      await on.stop();
      expect(await type(on, 'move', {}, { NEW_STORE: database.url })).toContain('hold the same');
      await on.restart({ GATEHOUSE_STORE: database.url });
      expect(await isSignedIn(on, visitor)).toBe(true);
    } finally {
      await on.kill();
      await database.drop();
    }
  });
});
