/** People who move between bases while they are read are there, or the reading is not complete. On a directory that stands in. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { UpstreamReader } from '../../../../src/federation/contract/upstream-reader.js';
import { type StandInDirectory, startStandInDirectory } from '../../../support/stand-in-directory.js';
import { connectorTo, type TestConnector } from '../connector.js';
import { named, readAll, readerOf } from './collect.js';

const [HERE, THERE] = ['ou=here,dc=corp,dc=test', 'ou=there,dc=corp,dc=test'];
const NOMAD = `uid=nomad,${HERE}`;

let directory: StandInDirectory;
let connector: TestConnector;

const put = (uid: string, base: string, entryUUID = `id of ${uid}`): void =>
  directory.put(`uid=${uid},${base}`, { uid, entryUUID });
/** The nomad moves to the first base once that was read. */
const reading = () => {
  const reader: UpstreamReader = readerOf(connector);
  return readAll(reader, (pages) => {
    if (pages > 1) return;
    directory.remove(`uid=nomad,${THERE}`);
    put('nomad', HERE);
  });
};
/** What happens before the entry that moved is looked up. */
const beforeLookUp = (work: () => void): void => {
  directory.rules = {
    ...directory.rules,
    before({ name, search }) {
      if (search?.scope === 'base' && name === NOMAD) work();
      return false;
    },
  };
};
const moving = { kind: 'partial', reason: 'entries-moving', base: HERE };

beforeEach(async () => {
  directory = await startStandInDirectory({ page: { most: 1 } });
  put('settled', HERE);
  put('nomad', THERE);
  put('other', THERE);
  connector = connectorTo([directory.url], { subject: { base: HERE, moreBases: [THERE] } });
});

afterEach(async () => {
  await connector.close();
  await directory.stop();
});

test('somebody who moved once is read where they are', async () => {
  const { end, users } = await reading();
  expect(end).toEqual({ kind: 'complete', unreadable: 0 });
  expect(named(users)).toEqual(['nomad', 'other', 'settled']);
});

test('somebody who is under way again is not concluded to be gone', async () => {
  beforeLookUp(() => directory.remove(NOMAD));
  expect((await reading()).end).toEqual(moving);
});

test('nor if somebody else has the place by now', async () => {
  beforeLookUp(() => put('nomad', HERE, 'id of an heir'));
  const { end, users } = await reading();
  expect(end).toEqual(moving);
  expect(users.map(({ identity }) => identity.subject)).not.toContain('id of an heir');
});

test('nor if the directory does not answer', async () => {
  directory.rules = {
    ...directory.rules,
    before({ name, search }, reply) {
      if (search?.scope !== 'base' || name !== NOMAD) return false;
      reply.result(51);
      return true;
    },
  };
  expect((await reading()).end).toEqual({ kind: 'partial', reason: 'directory-busy', base: HERE });
});
