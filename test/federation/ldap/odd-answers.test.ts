import { afterEach, describe, expect, test } from '@jest/globals';
import { type OddLdap, type OddReply, type OddRequest, resultBytes, startOddLdap } from '../../support/odd-ldap.js';
import { PEOPLE, SERVICE } from '../../support/slapd.js';
import { bySearch, connectorTo, type TestConnector } from './connector.js';

const ALICE = `uid=alice,${PEOPLE}`;
const ID = ['entryUUID', '11111111-2222-3333-4444-555555555555'] as const;

let odd: OddLdap;
let connector: TestConnector;

afterEach(async () => {
  await connector.close();
  await odd.stop();
});

/** A directory that knows alice and answers as any would, except for what the test says first. */
async function directory(
  odds: (request: OddRequest, reply: OddReply) => boolean,
  changes: Parameters<typeof connectorTo>[1] = {},
): Promise<void> {
  odd = await startOddLdap((request, reply) => {
    if (odds(request, reply)) return;
    if (request.operation === 'search') reply.entry(ALICE, ID, ['uid', 'alice']);
    reply.result(0);
  });
  connector = connectorTo([odd.url], changes);
}

const isBindOf = (dn: string, { operation, name }: OddRequest): boolean => operation === 'bind' && name === dn;
const isGroupSearch = ({ name }: OddRequest): boolean => name === bySearch.base;

/** Answers the search that comes first with this entry instead of alice's. */
const entryInstead =
  (dn: string, ...attributes: Parameters<OddReply['entry']>[1][]) =>
  ({ operation }: OddRequest, reply: OddReply): boolean => {
    if (operation !== 'search') return false;
    reply.entry(dn, ...attributes);
    reply.result(0);
    return true;
  };

describe('a directory that breaks the rules of a sign-in', () => {
  test('is no way in with an empty password, even if it would answer success', async () => {
    await directory(() => false);
    expect(await connector.signIn('alice', '')).toEqual({ kind: 'wrong-credentials' });
    expect(odd.requests).toEqual([]);
  });

  test('does not get the empty password of a service account', async () => {
    await directory(() => false, { secret: '' });
    expect(await connector.signIn('alice', 'secret')).toEqual({ kind: 'misconfigured', reason: 'no-secret' });
    expect(odd.requests).toEqual([]);
  });

  test('signs nobody in with the answer to a search instead of one to the bind', async () => {
    await directory((request, reply) => {
      if (!isBindOf(ALICE, request)) return false;
      reply.result(0, { operation: 'search' });
      return true;
    });
    expect(await connector.signIn('alice', 'secret')).toEqual({ kind: 'upstream-error', reason: 'answer-unexpected' });
  });

  test('signs nobody in with an entry outside the base', async () => {
    await directory(entryInstead('uid=alice,ou=elsewhere,dc=corp,dc=test', ID));
    expect(await connector.signIn('alice', 'secret')).toEqual({ kind: 'upstream-error', reason: 'entry-outside-base' });
    expect(odd.requests.filter((request) => request.operation === 'bind')).toHaveLength(1);
  });

  test('signs nobody in whose entry has no id that never changes', async () => {
    await directory(entryInstead(ALICE, ['uid', 'alice']));
    expect(await connector.signIn('alice', 'secret')).toEqual({ kind: 'misconfigured', reason: 'no-subject' });
  });

  test('signs nobody in whose entry has two ids', async () => {
    await directory(entryInstead(ALICE, ID, ['entryUUID', '99999999-2222-3333-4444-555555555555']));
    expect(await connector.signIn('alice', 'secret')).toEqual({ kind: 'misconfigured', reason: 'ambiguous-subject' });
  });

  test('signs nobody in who has the DN by the time the password is checked', async () => {
    await directory(({ operation }, reply) => {
      const isSecond = odd.requests.filter((request) => request.operation === 'search').length === 2;
      if (operation !== 'search' || !isSecond) return false;
      reply.entry(ALICE, ['entryUUID', '99999999-2222-3333-4444-555555555555']);
      reply.result(0);
      return true;
    });
    expect(await connector.signIn('alice', 'secret')).toEqual({ kind: 'upstream-error', reason: 'entry-replaced' });
  });

  test('has its attribute called dn for an attribute, and nothing but the DN for the DN', async () => {
    await directory(entryInstead(ALICE, ID, ['dn', `uid=admin,${PEOPLE}`], ['__proto__', 'x'], ['uid', 'alice']));
    expect(await connector.signIn('alice', 'secret')).toMatchObject({
      kind: 'ok',
      identity: { subject: ID[1], claims: new Map([['uid', ['alice']]]) },
    });
    expect(odd.requests.map(({ name }) => name)).toEqual([SERVICE.dn, PEOPLE, ALICE, ALICE]);
  });

  test('has the values of an attribute that comes twice all counted', async () => {
    await directory(entryInstead(ALICE, ID, ['uid', 'alice'], ['UID', 'alicia']));
    expect(await connector.signIn('alice', 'secret')).toMatchObject({
      kind: 'ok',
      identity: { claims: new Map([['uid', ['alice', 'alicia']]]) },
    });
  });
});

describe('a connection that was lost', () => {
  test('is an outage, and never an anonymous search that finds nobody', async () => {
    await directory((request, reply) => {
      // Whoever asks without a bind sees nothing.
      const isBound = odd.requests.some(
        ({ operation, connection }) => operation === 'bind' && connection === request.connection,
      );
      if (request.operation !== 'search') return false;
      if (isBound) reply.end();
      else reply.result(0);
      return true;
    });
    expect(await connector.signIn('alice', 'secret')).toEqual({ kind: 'unavailable', reason: 'connection-closed' });
    expect(odd.requests.map(({ operation, connection }) => [connection, operation])).toEqual([
      [0, 'bind'],
      [0, 'search'],
    ]);
  });

  test('in the middle of an entry is an outage', async () => {
    await directory(({ operation, id }, reply) => {
      if (operation !== 'search') return false;
      reply.raw(resultBytes(id, 0x65, 0).subarray(0, 5));
      reply.end();
      return true;
    });
    expect(await connector.signIn('alice', 'secret')).toEqual({ kind: 'unavailable', reason: 'connection-closed' });
  });

  test('between the pages of a search is not continued elsewhere', async () => {
    await directory(
      (request, reply) => {
        if (!isGroupSearch(request)) return false;
        if (request.page?.cookie === '') reply.result(0, { cookie: 'more' });
        else reply.end();
        return true;
      },
      { subject: { groups: bySearch } },
    );
    const outcome = await connector.signIn('alice', 'secret');
    expect(outcome).toMatchObject({ kind: 'partial', identity: { subject: ID[1] } });
    expect(outcome).not.toHaveProperty('identity.groups');
    expect(connector.events).toEqual([{ reason: 'connection-closed', details: { server: odd.url } }]);
  });
});

describe('an answer out of bounds', () => {
  test.each([
    ['announces 2 GB', Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]), 'answer-too-large'],
    ['announces 4 GB', Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), 'answer-too-large'],
    ['has no length', Buffer.from([0x30, 0x80, 0, 0]), 'answer-malformed'],
    ['is no message', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'answer-malformed'],
    ['is a notice of disconnection', resultBytes(0, 0x78, 52), 'answer-unexpected'],
    // The set of values says that it is longer than the message.
    [
      'has values beyond its end',
      Buffer.from('301002010264 0b 0401 61 3006 3004 0400 317f'.replaceAll(' ', ''), 'hex'),
      'answer-malformed',
    ],
  ])('that %s ends the connection', async (_name, bytes, reason) => {
    await directory(({ operation }, reply) => {
      if (operation !== 'search') return false;
      reply.raw(bytes);
      return true;
    });
    expect(await connector.signIn('alice', 'secret')).toEqual({ kind: 'upstream-error', reason });
  });

  test('with an attribute of 10 MB is cut off at its limit', async () => {
    await directory(entryInstead(ALICE, ID, ['jpegPhoto', Buffer.alloc(10_000_000, 1)]));
    expect(await connector.signIn('alice', 'secret')).toEqual({ kind: 'upstream-error', reason: 'answer-too-large' });
    expect(connector.health().state).toBe('unknown');
  });

  test('of many small entries is cut off too', async () => {
    await directory(({ operation }, reply) => {
      if (operation !== 'search') return false;
      for (let at = 0; at < 600; at++) reply.entry(`uid=p${at},${PEOPLE}`, ['uid', 'x'.repeat(10_000)]);
      reply.result(0);
      return true;
    });
    expect(await connector.signIn('alice', 'secret')).toEqual({ kind: 'upstream-error', reason: 'answer-too-large' });
  });
});

describe('groups in pages', () => {
  const group = (at: number): readonly [string, ...(readonly [string, string])[]] => [
    `cn=g${at},${bySearch.base}`,
    ['cn', `g${at}`],
    ['entryUUID', `id-${at}`],
  ];

  /** @param answer what the page after this cookie is */
  const paged = (answer: (cookie: string, reply: OddReply, size: number) => void) =>
    directory(
      (request, reply) => {
        if (!isGroupSearch(request)) return false;
        answer(request.page?.cookie ?? '', reply, request.page?.size ?? 0);
        return true;
      },
      { subject: { groups: bySearch } },
    );

  const groupNames = async (): Promise<readonly string[]> => {
    const outcome = await connector.signIn('alice', 'secret');
    return outcome.kind === 'ok' ? (outcome.identity.groups ?? []).map(({ name }) => name) : [outcome.kind];
  };

  test('do not end with an empty page that has a cookie', async () => {
    await paged((cookie, reply) => {
      if (cookie === '') return reply.result(0, { cookie: 'second' });
      reply.entry(...group(1));
      reply.result(0, { cookie: '' });
    });
    expect(await groupNames()).toEqual(['g1']);
  });

  test('may come under one cookie, as long as each page brings something new', async () => {
    let page = 0;
    await paged((_cookie, reply) => {
      page++;
      reply.entry(...group(page));
      reply.result(0, { cookie: page < 3 ? 'same' : '' });
    });
    expect(await groupNames()).toEqual(['g1', 'g2', 'g3']);
  });

  test('under a cookie that never changes, with nothing new, are no groups at all', async () => {
    await paged((_cookie, reply) => {
      reply.entry(...group(1));
      reply.result(0, { cookie: 'same' });
    });
    expect(await groupNames()).toEqual(['partial']);
    expect(connector.events).toMatchObject([{ reason: 'paging-stuck' }]);
    expect(odd.requests.filter(isGroupSearch)).toHaveLength(2);
  });

  test('in empty pages without end are no groups at all', async () => {
    let page = 0;
    await paged((_cookie, reply) => reply.result(0, { cookie: String(page++) }));
    expect(await groupNames()).toEqual(['partial']);
    expect(connector.events).toMatchObject([{ reason: 'paging-stuck' }]);
  });

  test('come in smaller pages if the directory refuses the size', async () => {
    const sizes: number[] = [];
    await paged((_cookie, reply, size) => {
      sizes.push(size);
      if (size > 100) return reply.result(11);
      reply.entry(...group(1));
      reply.result(0, { cookie: '' });
    });
    expect(await groupNames()).toEqual(['g1']);
    expect(sizes).toEqual([500, 250, 125, 63]);
  });

  test('beyond 2,000 are no groups, since which are missing is not known', async () => {
    await paged((cookie, reply) => {
      const page = Number(cookie === '' ? 0 : cookie);
      for (let at = 0; at < 500; at++) reply.entry(...group(page * 500 + at));
      reply.result(0, { cookie: String(page + 1) });
    });
    expect(await groupNames()).toEqual(['partial']);
    expect(connector.events).toMatchObject([{ reason: 'too-many-groups' }]);
  });
});

test('bytes between the answer to StartTLS and TLS are refused: anybody could have put them there', async () => {
  await directory(
    ({ operation, id }, reply) => {
      if (operation !== 'extended') return false;
      // The beginning of a success to the bind that follows.
      reply.raw(Buffer.concat([resultBytes(id, 0x78, 0), resultBytes(id, 0x61, 0).subarray(0, 6)]));
      return true;
    },
    { connection: { startTls: true } },
  );
  expect(await connector.signIn('alice', 'secret')).toEqual({ kind: 'upstream-error', reason: 'bytes-before-tls' });
});
