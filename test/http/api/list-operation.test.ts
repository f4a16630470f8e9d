import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type Cursor, PAGE_LIMIT } from '../../../src/base/paging.js';
import { listOperation } from '../../../src/http/api/lists/list-operation.js';
import { GATEHOUSE_API } from '../../../src/realm/resource-servers/resource-server.js';
import { openApi } from '../../../src/http/api/openapi/openapi.js';
import { ADA, basic, toyApi, type ToyApi, TOYS, WRITE } from './toy-api.js';

let toy: ToyApi;
beforeAll(async () => {
  toy = await toyApi();
});
afterAll(() => toy.at.close());

/** The cursor is the name of the last thing, which no caller should see. */
const things = Array.from({ length: 250 }, (_, at) => ({ name: `thing-${String(at).padStart(3, '0')}`, size: at % 2 }));
const received: unknown[] = [];
beforeEach(() => {
  received.length = 0;
  toy.tokens.clear();
  toy.list = async (page, wanted) => {
    received.push(page, wanted);
    const after = things.filter(({ name }) => page.after === undefined || name > page.after);
    const found = after.filter(({ size }) => wanted.size === undefined || wanted.size === size);
    const rows = found.slice(0, page.limit);
    const last = rows.at(-1);
    return { ok: true, value: { rows, ...(last && found.length > rows.length && { next: last.name as Cursor }) } };
  };
});

const SHELF = '/shelves/upper/things';
interface Listed {
  readonly items: readonly { readonly name: string }[];
  readonly next?: string;
}
const send = (path: string, authorization = basic('reader')) => toy.send('GET', path, { authorization });
async function page(path: string, authorization?: string): Promise<Listed> {
  const { status, json } = await send(path, authorization);
  expect(status).toBe(200);
  return json as unknown as Listed;
}
const after = (path: string, { next = 'none' }: Listed): string =>
  `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(next)}`;

describe('a list', () => {
  test('is read page by page, each item once, until there is no next page', async () => {
    const pages: number[] = [];
    const seen: string[] = [];
    for (let path: string | undefined = SHELF; path !== undefined;) {
      const listed: Listed = await page(path);
      pages.push(listed.items.length);
      seen.push(...listed.items.map(({ name }) => name));
      path = listed.next === undefined ? undefined : after(SHELF, listed);
    }
    expect([pages, seen]).toEqual([[100, 100, 50], things.map(({ name }) => name)]);
  });

  test('takes a limit, which may differ from page to page', async () => {
    const first = await page(`${SHELF}?limit=3`);
    const second = await page(after(`${SHELF}?limit=2`, first));
    expect([first, second].map(({ items }) => items.map(({ name }) => name))).toEqual([
      ['thing-000', 'thing-001', 'thing-002'],
      ['thing-003', 'thing-004'],
    ]);
  });

  test.each(['0', '-1', '1.5', String(PAGE_LIMIT + 1), 'many', '', '1&limit=2'])(
    'refuses the limit %s',
    async (limit) => {
      const { status, json } = await send(`${SHELF}?limit=${limit}`);
      expect([status, json['problems']]).toEqual([400, [expect.objectContaining({ path: 'limit' })]]);
      expect(received).toEqual([]);
    },
  );

  test('hands its filters to the handler, without the parameters of a page', async () => {
    const first = await page(`${SHELF}?size=1&limit=2`);
    await page(after(`${SHELF}?size=1&limit=2`, first));
    expect(received).toEqual([
      { limit: 2 },
      { shelf: 'upper', size: 1 },
      { limit: 2, after: 'thing-003' },
      { shelf: 'upper', size: 1 },
    ]);
    expect((await send(`${SHELF}?colour=red`)).status).toBe(400);
  });

  test('is answered with items and next alone, and its last page has no next', async () => {
    toy.list = async () => ({ ok: true, value: { rows: [{ name: 'one', size: 1 }] } });
    expect(await page(SHELF)).toEqual({ items: [{ name: 'one', size: 1 }] });
    toy.list = async () => ({ ok: true, value: { rows: [], next: 'further' as Cursor } });
    expect(await page(SHELF)).toEqual({ items: [], next: expect.any(String) });
  });

  test('never has more items than its limit: more are a bug, and 500', async () => {
    toy.list = async ({ limit }) => ({ ok: true, value: { rows: things.slice(0, limit + 1) } });
    expect((await send(`${SHELF}?limit=2`)).status).toBe(500);
  });

  test('that a service refuses is that refusal', async () => {
    toy.list = async () => ({ ok: false, problem: { code: 'forbidden', detail: 'Not this shelf.' } });
    expect((await send(SHELF)).status).toBe(403);
  });

  test('needs its permission', async () => {
    expect((await send(SHELF, basic('idle'))).status).toBe(403);
    expect(received).toEqual([]);
  });
});

describe('a cursor', () => {
  const refused = async (path: string, authorization?: string) => {
    received.length = 0;
    const { status, json } = await send(path, authorization);
    expect([path, status, json['code'], json['problems'], received]).toEqual([
      path,
      400,
      'invalid',
      [{ code: 'cursor-unknown', path: 'cursor', detail: expect.any(String) }],
      [],
    ]);
  };

  test('shows nothing of its content', async () => {
    const { next = '' } = await page(`${SHELF}?limit=1`);
    const bytes = Buffer.from(next.slice(next.indexOf('.') + 1), 'base64url').toString('latin1');
    expect([next, bytes].join()).not.toMatch(/thing-000/);
    expect((await page(`${SHELF}?limit=1`)).next).not.toBe(next);
  });

  test('is refused where it was changed or made up', async () => {
    const { next = '' } = await page(`${SHELF}?limit=1`);
    const made = Buffer.from('thing-100').toString('base64url');
    for (const cursor of ['x', '.', made, `test.${made}`, `${next}x`, next.slice(0, -2), `other${next}`, 'thing-000'])
      await refused(after(SHELF, { items: [], next: cursor }));
  });

  test('is refused by another list, another object, and other filters', async () => {
    const first = await page(`${SHELF}?limit=1`);
    const filtered = await page(`${SHELF}?limit=1&size=1`);
    for (const path of ['/shelves/upper/books', '/shelves/lower/things', `${SHELF}?size=1`])
      await refused(after(path, first));
    for (const path of [SHELF, `${SHELF}?size=0`]) await refused(after(path, filtered));
    await page(after(SHELF, first));
  });

  test('is refused from another caller: client, user, or the user at another client', async () => {
    const bearer = (name: string, clientId: string, user?: typeof ADA) => {
      toy.tokens.set(name, { clientId, audiences: [GATEHOUSE_API], scopes: [WRITE], ...(user && { user }) });
      return `Bearer ${name}`;
    };
    const bob = { ...ADA, id: 'bob-who-may' };
    const callers = [
      basic('reader'),
      basic('machine'),
      bearer('ada', 'machine', ADA),
      bearer('bob', 'machine', bob),
      bearer('ada-elsewhere', 'reader', ADA),
    ];
    for (const owner of callers) {
      const first = await page(`${SHELF}?limit=1`, owner);
      for (const other of callers) if (other !== owner) await refused(after(SHELF, first), other);
      await page(after(SHELF, first), owner);
    }
    // A secret and a token of one client are one caller.
    await page(after(SHELF, await page(`${SHELF}?limit=1`, basic('machine'))), bearer('token', 'machine'));
  });

  test('is refused when the handler says that the list has changed', async () => {
    const first = await page(`${SHELF}?limit=1`);
    toy.list = async () => ({ ok: true, value: 'changed' });
    await refused(after(SHELF, first));
  });

  test('is refused if it is empty or too long', async () => {
    for (const cursor of ['', 'x'.repeat(4001)]) {
      const { status, json } = await send(`${SHELF}?cursor=${cursor}`);
      expect([status, json['problems']]).toEqual([400, [expect.objectContaining({ path: 'cursor' })]]);
    }
  });

  test('fits, however long the username in it is', async () => {
    const name = '𝔘'.repeat(255) as Cursor;
    toy.list = async ({ after: place }) => ({
      ok: true,
      value: { rows: [{ name: String(place === name), size: 1 }], next: name },
    });
    expect((await page(after(SHELF, await page(SHELF)))).items).toEqual([{ name: 'true', size: 1 }]);
  });
});

test('the description names both parameters with their bounds, beside the filters, and the form of the answer', () => {
  const { paths } = openApi(TOYS, { issuer: 'https://id.example.com', version: '1' }) as {
    readonly paths: Readonly<Record<string, { readonly get: object }>>;
  };
  expect(paths['/shelves/{shelf}/things']?.get).toMatchObject({
    operationId: 'listThings',
    parameters: [
      { name: 'shelf', in: 'path', required: true },
      { name: 'size', in: 'query', required: false },
      { name: 'cursor', in: 'query', required: false, schema: { type: 'string', minLength: 1 } },
      {
        name: 'limit',
        in: 'query',
        required: false,
        description: expect.any(String),
        schema: { type: 'integer', minimum: 1, maximum: PAGE_LIMIT, default: 100 },
      },
    ],
    responses: {
      200: {
        content: {
          'application/json': {
            schema: {
              required: ['items'],
              properties: { items: { type: 'array', maxItems: PAGE_LIMIT }, next: { type: 'string' } },
            },
          },
        },
      },
    },
  });
});

test('a filter can not have the name of a parameter of every list', () => {
  const facts = {
    id: 'x',
    path: '/x',
    summary: 'x',
    group: 'x',
    security: 'open',
    permission: { none: 'A toy.' },
  } as const;
  const make = () =>
    listOperation({
      ...facts,
      filters: { cursor: z.string() },
      item: z.string(),
      handler: async () => ({ ok: true, value: { rows: [] } }),
    });
  expect(make).toThrow(/filter cursor/);
});
