/** A reading that loses its connection concludes nothing, and sign-ins go on. On a directory that stands in. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { GROUPS } from '../../../support/slapd.js';
import { type StandInDirectory, startStandInDirectory } from '../../../support/stand-in-directory.js';
import { bySearch, connectorTo, type TestConnector } from '../connector.js';
import { readAll, readerOf } from './collect.js';

const bases = ['one', 'two', 'three', 'four', 'five'].map((name) => `ou=${name},dc=corp,dc=test`);
const [base = '', ...moreBases] = bases;

let directory: StandInDirectory;
const connectors: TestConnector[] = [];

const connector = (subject: object = {}): TestConnector => {
  const made = connectorTo([directory.url], { subject: { base, moreBases, ...subject } });
  connectors.push(made);
  return made;
};

beforeEach(async () => {
  directory = await startStandInDirectory();
  for (const [at, each] of bases.entries())
    directory.put(`uid=p${at},${each}`, { uid: `p${at}`, entryUUID: `id of p${at}` });
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
  await directory.stop();
});

test('a connection that is lost counts once, however many bases there are, so people can sign in', async () => {
  const one = connector();
  directory.rules = { atPage: { page: 1, answer: 'end' } };
  expect((await readAll(readerOf(one))).end).toEqual({ kind: 'partial', reason: 'connection-closed', base });
  directory.rules = {};
  expect(await one.signIn('p3', 'secret')).toMatchObject({ kind: 'ok', identity: { subject: 'id of p3' } });
});

test.each([
  ['a lost connection', 'end', 'connection-closed'],
  ['a limit', 4, 'size-limit'],
] as const)('ids that are cut by %s are not those of everybody', async (_what, answer, reason) => {
  directory.rules = { atPage: { page: 1, answer } };
  const end = await readerOf(connector()).subjects?.(async () => undefined);
  expect(end).toEqual({ kind: 'partial', reason, base });
});

test.each([
  ['ends the connection', 'connection-closed'],
  ['is busy', 'directory-busy'],
])('a directory that %s while groups are read takes no group from anybody', async (how, reason) => {
  directory.rules = {
    before({ name, search }, reply) {
      if (!search || name !== GROUPS) return false;
      if (how === 'is busy') reply.result(51);
      else reply.end();
      return true;
    },
  };
  const { end, users } = await readAll(readerOf(connector({ groups: bySearch })));
  expect(end).toEqual({ kind: 'partial', reason, base });
  expect(users).toEqual([]);
});
