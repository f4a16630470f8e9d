import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type OddReply, type OddRequest, startOddLdap } from '../../../support/odd-ldap.js';
import { PASSWORD, PEOPLE, type Slapd, startSlapd } from '../../../support/slapd.js';
import { connectorTo, type TestConnector } from '../connector.js';
import { readAll, readerOf } from './collect.js';

/** A page may take six times as long as another operation. */
const SHORT = { connectTimeout: 400, timeout: 100 };
const PAGED = 1200;

let slapd: Slapd;
const connectors: TestConnector[] = [];

const connector = (url: string, changes: Parameters<typeof connectorTo>[1] = {}): TestConnector => {
  const made = connectorTo([url], { ...changes, connection: { ...SHORT, ...changes.connection } });
  connectors.push(made);
  return made;
};

beforeAll(async () => {
  slapd = await startSlapd({ people: PAGED });
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
});

afterAll(() => slapd.stop());

describe.each([1, 2])('after page %i, a directory that', (last) => {
  test('is killed makes the reading partial', async () => {
    const { end, pages } = await readAll(readerOf(connector(slapd.url)), async (count) => {
      if (count === last) await slapd.kill();
    });
    await slapd.restart();
    expect(end).toEqual({ kind: 'partial', reason: 'connection-closed', base: PEOPLE });
    expect(pages).toHaveLength(last);
  });

  test('hangs makes it partial', async () => {
    const { end, pages } = await readAll(readerOf(connector(slapd.url)), (count) => {
      if (count === last) slapd.pause();
    });
    slapd.resume();
    expect(end).toEqual({ kind: 'partial', reason: 'timeout', base: PEOPLE });
    expect(pages).toHaveLength(last);
  });

  test('is restarted makes it partial: no page is read over another connection', async () => {
    const { end } = await readAll(readerOf(connector(slapd.url)), async (count) => {
      if (count === last) await slapd.restart();
    });
    expect(end).toEqual({ kind: 'partial', reason: 'connection-closed', base: PEOPLE });
  });
});

test('a directory that is down is an outage, and so it is when only the ids are read', async () => {
  await slapd.kill();
  const reader = readerOf(connector(slapd.url));
  const down = { kind: 'unavailable', reason: 'connect-refused' };
  expect((await readAll(reader)).end).toEqual(down);
  expect(await reader.subjects?.(async () => undefined)).toEqual(down);
  await slapd.restart();
});

test('a connector that is closed ends the reading', async () => {
  const one = connector(slapd.url);
  const { end } = await readAll(readerOf(one), async () => one.close());
  expect(end).toEqual({ kind: 'partial', reason: 'connection-closed', base: PEOPLE });
});

test('people sign in while a page is being taken', async () => {
  const one = connector(slapd.url, { connection: { poolSize: 1, timeout: 1000 } });
  const { end } = await readAll(readerOf(one), async () => {
    expect((await one.signIn('p7', PASSWORD)).kind).toBe('ok');
  });
  expect(end.kind).toBe('complete');
});

test('what fails while a page is taken comes through, and the connection ends', async () => {
  const odd = await directory(({ reply, page }) => {
    reply.entry(...entryOf(page));
    reply.result(0, { cookie: `${page + 1}` });
  });
  const reading = readAll(readerOf(connector(odd.url)), () => {
    throw new Error('No disk.');
  });
  await expect(reading).rejects.toThrow('No disk.');
  expect(odd.requests.filter(({ operation }) => operation === 'search')).toHaveLength(1);
  await odd.stop();
});

describe('an answer', () => {
  const endOf = async (answer: (asked: Asked) => void) => {
    const odd = await directory(answer);
    const { end, users } = await readAll(readerOf(connector(odd.url)));
    await odd.stop();
    return { end, read: users.length };
  };
  const partial = (reason: string) => ({ kind: 'partial', reason, base: PEOPLE });

  test.each([
    [3, 'time-limit'],
    [4, 'size-limit'],
    [11, 'admin-limit'],
    [51, 'directory-busy'],
    [80, 'result-80'],
    [32, 'no-base'],
  ])('with result %i on the third page makes the reading partial', async (code, reason) => {
    const { end, read } = await endOf(({ reply, page }) => {
      if (page < 2) reply.entry(...entryOf(page));
      reply.result(page < 2 ? 0 : code, page < 2 ? { cookie: `${page + 1}` } : {});
    });
    expect(end).toEqual(partial(reason));
    expect(read).toBe(2);
  });

  test('that ends in the middle of a page makes it partial', async () => {
    const { end } = await endOf(({ reply, page }) => {
      reply.entry(...entryOf(page));
      if (page === 1) reply.end();
      else reply.result(0, { cookie: 'next' });
    });
    expect(end).toEqual(partial('connection-closed'));
  });

  test('that lost its cookie on the way is not taken for the last page', async () => {
    const { end } = await endOf(({ reply, page }) => {
      reply.entry(...entryOf(page));
      reply.result(0, page === 0 ? { cookie: 'next' } : {});
    });
    expect(end).toEqual(partial('answer-malformed'));
  });

  test('without entries is no end as long as there is a cookie', async () => {
    const { end, read } = await endOf(({ reply, page }) => {
      if (page === 2) reply.entry(...entryOf(page));
      reply.result(0, { cookie: page === 2 ? '' : `${page + 1}` });
    });
    expect(end).toEqual({ kind: 'complete', unreadable: 0 });
    expect(read).toBe(1);
  });

  test('that comes again and again ends', async () => {
    const { end, read } = await endOf(({ reply }) => {
      reply.entry(...entryOf(0));
      reply.result(0, { cookie: 'same' });
    });
    expect(end).toEqual(partial('paging-stuck'));
    expect(read).toBe(1);
  });

  test('with an entry of another place hands nobody out', async () => {
    const { end, read } = await endOf(({ reply }) => {
      reply.entry('uid=x,ou=others,dc=corp,dc=test', ['entryUUID', 'x'], ['uid', 'x']);
      reply.result(0, { cookie: '' });
    });
    expect(end).toEqual({ kind: 'complete', unreadable: 1 });
    expect(read).toBe(0);
  });
});

interface Asked {
  readonly reply: OddReply;
  /** From 0. */
  readonly page: number;
}

/** Answers searches; binds succeed. */
async function directory(answer: (asked: Asked) => void) {
  let page = 0;
  return startOddLdap((request: OddRequest, reply) => {
    if (request.operation === 'bind') reply.result(0);
    else answer({ reply, page: page++ });
  });
}

const entryOf = (page: number): Parameters<OddReply['entry']> => [
  `uid=u${page},${PEOPLE}`,
  ['entryUUID', `00000000-0000-4000-8000-00000000000${page}`],
  ['uid', `u${page}`],
];
