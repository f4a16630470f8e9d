import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type OddReply, type OddRequest } from '../../support/odd-ldap.js';
import { GROUPS, PEOPLE } from '../../support/slapd.js';
import { type StandInDirectory, startStandInDirectory } from '../../support/stand-in-directory.js';
import { connectorTo, type TestConnector } from './connector.js';

const ALICE = `uid=alice,${PEOPLE}`;
const SUBJECT = '11111111-2222-3333-4444-555555555555';

let directory: StandInDirectory;
let connector: TestConnector;

beforeEach(async () => {
  directory = await startStandInDirectory({ range: 1500 });
  connector = connectorTo([directory.url], { subject: { groups: { from: 'memberOf' }, attributes: ['otherMailbox'] } });
});

afterEach(async () => {
  await connector.close();
  await directory.stop();
});

const many = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `cn=g${at},${GROUPS}`);

function alice(more: Readonly<Record<string, readonly string[]>>): void {
  directory.put(ALICE, { uid: 'alice', entryUUID: SUBJECT, ...more });
}

const groupsOf = (outcome: Awaited<ReturnType<TestConnector['signIn']>>): number | undefined =>
  'identity' in outcome ? outcome.identity.groups?.length : undefined;

const rangeReads = (): readonly (readonly string[])[] =>
  directory.requests.flatMap(({ search }) => {
    const asked = search?.attributes.filter((name) => name.includes(';range=')) ?? [];
    return asked.length > 0 ? [asked] : [];
  });

/** Answers the reading of the rest that begins at this place in another way. */
function instead(from: number, answer: (reply: OddReply) => void): void {
  const before = ({ search }: OddRequest, reply: OddReply): boolean => {
    if (!search?.attributes.some((name) => name.includes(`;range=${from}-`))) return false;
    answer(reply);
    return true;
  };
  directory.rules = { range: 1500, before };
}

describe('an attribute of many values', () => {
  test.each([
    [1498, []],
    [1500, []],
    [1501, ['memberof;range=1500-*']],
    [1999, ['memberof;range=1500-*']],
  ])('has all of its %d values', async (count, further) => {
    alice({ memberOf: many(count) });
    const outcome = await connector.signIn('alice', 'secret');
    expect([outcome.kind, groupsOf(outcome)]).toEqual(['ok', count]);
    expect(rangeReads()).toEqual(further.length > 0 ? [further] : []);
  });

  test('is read range by range until the last', async () => {
    directory.rules = { range: 100 };
    alice({ memberOf: many(450) });
    expect(groupsOf(await connector.signIn('alice', 'secret'))).toBe(450);
    expect(rangeReads().flat()).toEqual([100, 200, 300, 400].map((from) => `memberof;range=${from}-*`));
  });

  test('is whole in the answer to a search below a base, too', async () => {
    alice({ memberOf: many(1501) });
    const found = await connector.lookup(SUBJECT);
    expect(found.kind === 'found' ? found.identity.groups?.length : found).toBe(1501);
  });

  test('other than that of the groups is whole or missing, and the rest of the person is read', async () => {
    directory.rules = { range: 2 };
    alice({ memberOf: many(1), otherMailbox: ['a', 'b', 'c'] });
    const whole = await connector.signIn('alice', 'secret');
    expect(whole).toMatchObject({ kind: 'ok', identity: { groups: [{ name: 'g0' }] } });
    expect('identity' in whole && whole.identity.claims.get('othermailbox')).toEqual(['a', 'b', 'c']);
    instead(2, (reply) => reply.result(51));
    directory.rules = { ...directory.rules, range: 2 };
    const cut = await connector.signIn('alice', 'secret');
    expect(cut).toMatchObject({ kind: 'partial', identity: { groups: [{ name: 'g0' }] } });
    expect('identity' in cut && cut.identity.claims.has('othermailbox')).toBe(false);
  });
});

describe('groups are not told, and nobody leaves one', () => {
  beforeEach(() => alice({ memberOf: many(1501) }));

  const some =
    (...attribute: Parameters<OddReply['entry']>[1]) =>
    (reply: OddReply) => {
      reply.entry(ALICE, attribute);
      reply.result(0);
    };

  test.each([
    ['the directory refuses the rest', (reply: OddReply) => reply.result(51)],
    ['the rest comes without a range', some('memberOf', 'x')],
    ['the rest is empty', some('memberOf;range=1500-*')],
    ['another range comes', some('memberOf;range=0-1499', 'x')],
    ['the entry is gone', (reply: OddReply) => reply.result(32)],
  ])('if %s', async (_why, answer) => {
    instead(1500, answer);
    const outcome = await connector.signIn('alice', 'secret');
    expect([outcome.kind, groupsOf(outcome)]).toEqual(['partial', undefined]);
    expect(connector.events).toEqual([{ reason: 'attribute-cut' }]);
    expect(await connector.lookup(SUBJECT)).toEqual({ kind: 'upstream-error', reason: 'attribute-cut' });
  });

  test('if the connection ends in the midst', async () => {
    instead(1500, (reply) => reply.end());
    const outcome = await connector.signIn('alice', 'secret');
    expect(outcome).toEqual({ kind: 'partial', identity: { subject: SUBJECT, claims: new Map() } });
    expect(await connector.lookup(SUBJECT)).toEqual({ kind: 'unavailable', reason: 'connection-closed' });
  });

  test('if the ranges have no end', async () => {
    let reads = 0;
    const before = ({ search }: OddRequest, reply: OddReply): boolean => {
      const [asked = ''] = search?.attributes.filter((name) => name.includes(';range=')) ?? [];
      const from = Number(/range=(\d+)/.exec(asked)?.[1] ?? 0);
      if (from === 0) return false;
      reads++;
      reply.entry(ALICE, [`memberOf;range=${from}-${from}`, `cn=more${from},${GROUPS}`]);
      reply.result(0);
      return true;
    };
    directory.rules = { range: 1500, before };
    const outcome = await connector.signIn('alice', 'secret');
    expect([outcome.kind, groupsOf(outcome), reads]).toEqual(['partial', undefined, 200]);
  });
});
