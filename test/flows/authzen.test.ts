/**
 * The published scenarios of OpenID AuthZEN 1.0, with their published ids. They cover the certification of PDPs (Basic, Batch,
 * Search and Discovery, Core and Properties), Todo 1.0 and 1.1, and the API gateway. Their tables define the expected answers.
 */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { useHost } from '../support/host/use-host.js';
import { stores } from './flow-host.js';

const API_SECRET = randomBytes(32).toString('base64url');
const [RICK, MORTY, SUMMER, BETH, JERRY] = ['0', '1', '2', '3', '4'].map((digit) =>
  Buffer.from(`\n$fd${digit}614d3-c39a-4781-b7bd-8b96f5a5100d\u0012\u0005local`).toString('base64'),
) as [string, string, string, string, string];

const alice = { type: 'user', id: 'alice' };
const bob = { type: 'user', id: 'bob' };
const admin = { ...bob, properties: { role: 'admin' } };
const [read, write] = [{ name: 'read' }, { name: 'write' }];
const record1 = { type: 'record', id: 'record-1' };
const record2 = { type: 'record', id: 'record-2' };
const active = { ...record1, properties: { status: 'active' } };
const archived = { ...record2, properties: { status: 'archived' } };

describe.each(stores)('on %s,', (store) => {
  const host = useHost({ store, realmFile: 'test/flows/authzen.realm.yaml', env: { API_SECRET } });

  async function post(path: string, body: unknown, caller = 'records-api', headers: Record<string, string> = {}) {
    const answer = await fetch(`${host.issuer}/access/v1/${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Basic ${Buffer.from(`${caller}:${API_SECRET}`).toString('base64')}`,
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  }
  const decisionsOf = ({ body }: { readonly body: Record<string, unknown> }): unknown[] =>
    (body['evaluations'] as { decision: unknown }[]).map(({ decision }) => decision);
  const resultsOf = async (path: string, body: object): Promise<unknown> => {
    const { status, body: found } = await post(`search/${path}`, body);
    return status === 200 ? found['results'] : status;
  };

  describe('certification: one question', () => {
    test.each<[string, object, boolean]>([
      ['2.2.1', { subject: alice, action: read, resource: record1 }, true],
      ['rule 2', { subject: alice, action: write, resource: record1 }, true],
      ['rule 3', { subject: bob, action: read, resource: record1 }, true],
      ['2.2.2', { subject: bob, action: write, resource: record1 }, false],
      [
        '2.2.3',
        {
          ...{ subject: alice, action: read, resource: record1 },
          context: { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' },
        },
        true,
      ],
      ['2.2.4', { subject: alice, action: write, resource: archived }, false],
      ['2.2.5', { subject: admin, action: write, resource: archived }, true],
      ['2.2.6', { subject: alice, action: { name: 'delete', properties: { soft: true } }, resource: record1 }, true],
      ['2.2.7', { subject: alice, action: { name: 'delete', properties: { soft: false } }, resource: record1 }, false],
      [
        '2.2.8',
        {
          subject: { ...alice, properties: { department: 'Sales', role: 'manager' } },
          action: { name: 'read', properties: { method: 'GET' } },
          resource: { ...record1, properties: { status: 'active', owner: 'bob' } },
        },
        true,
      ],
      ['2.2.9', { subject: alice, action: read, resource: record1, foo: 'bar', futureField: { nested: true } }, true],
    ])('%s', async (_id, question, decision) => {
      for (let times = 0; times < 3; times++) {
        const answer = await post('evaluation', question);
        expect([answer.status, answer.body['decision']]).toEqual([200, decision]);
        expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      }
    });

    const whole = { subject: alice, action: read, resource: record1 };
    test.each<[string, unknown]>([
      ['no subject', { ...whole, subject: undefined }],
      ['no action', { ...whole, action: undefined }],
      ['no resource', { ...whole, resource: undefined }],
      ['no type of the subject', { ...whole, subject: { id: 'alice' } }],
      ['no id of the subject', { ...whole, subject: { type: 'user' } }],
      ['no name of the action', { ...whole, action: {} }],
      ['no type of the resource', { ...whole, resource: { id: 'record-1' } }],
      ['no id of the resource', { ...whole, resource: { type: 'record' } }],
      ['a subject that is a string', { ...whole, subject: 'alice' }],
      ['a name that is a number', { ...whole, action: { name: 123 } }],
      ['no JSON', '{'],
      ['nothing', ''],
    ])('2.4: %s is answered 400', async (_what, body) => {
      expect((await post('evaluation', body)).status).toBe(400);
    });
    test('2.4.3: another media type is answered 400', async () => {
      const answer = await post('evaluation', whole, 'records-api', { 'Content-Type': 'text/plain' });
      expect(answer.status).toBe(400);
    });

    test('2.5: the id of the request comes back as it came, from each endpoint, and none is needed', async () => {
      for (const path of ['evaluation', 'evaluations', 'search/action', 'filter']) {
        const sent = 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716 / 7';
        expect((await post(path, whole, 'records-api', { 'X-Request-ID': sent })).headers.get('x-request-id')).toBe(
          sent,
        );
        expect((await post(path, whole)).headers.get('x-request-id')).not.toBe(sent);
      }
    });

    test('a subject of a type that nobody knows may do nothing', async () => {
      const answer = await post('evaluation', { ...whole, subject: { type: 'spaceship', id: 'alice' } });
      expect([answer.status, answer.body['decision']]).toEqual([200, false]);
    });
  });

  describe('certification: many questions', () => {
    test.each<[string, object, readonly boolean[]]>([
      [
        '3.2.1',
        { subject: alice, action: read, evaluations: [{ resource: record1 }, { resource: record2 }] },
        [true, true],
      ],
      ['3.2.2', { subject: bob, resource: record1, evaluations: [{ action: read }, { action: write }] }, [true, false]],
      [
        '3.2.3',
        { subject: alice, action: write, evaluations: [{ resource: active }, { resource: archived }] },
        [true, false],
      ],
      [
        '3.2.4',
        { action: write, resource: archived, evaluations: [{ subject: alice }, { subject: admin }] },
        [false, true],
      ],
      [
        '3.2.5',
        {
          evaluations: [
            { subject: alice, action: read, resource: record1 },
            { subject: bob, action: write, resource: record1 },
          ],
        },
        [true, false],
      ],
      [
        '3.2.6',
        {
          ...{ subject: alice, action: read, context: { time: '2025-06-27T18:03-07:00' } },
          evaluations: [{ resource: record1 }, { resource: record2, context: { source: 'batch-override' } }],
        },
        [true, true],
      ],
      [
        '3.2.7',
        {
          ...{ subject: alice, action: write, resource: { type: 'record' } },
          evaluations: [{ resource: { id: 'record-1', properties: { status: 'active' } } }, { resource: archived }],
        },
        [true, false],
      ],
      ['3.4.1', { subject: alice, action: read, evaluations: [{ resource: record1 }, {}] }, [true, false]],
    ])('%s', async (_id, questions, decisions) => {
      const answer = await post('evaluations', questions);
      expect([answer.status, decisionsOf(answer)]).toEqual([200, decisions]);
    });

    test.each([{}, { evaluations: [] }])('3.4.2, 3.4.3: with %j it is one question', async (list) => {
      const answer = await post('evaluations', { subject: alice, action: read, resource: record1, ...list });
      expect([answer.status, answer.body['decision']]).toEqual([200, true]);
    });

    test('what is shared is checked only where it is used, and a faulty question says what is wrong in its place', async () => {
      const answer = await post('evaluations', {
        ...{ subject: 7, action: read, resource: record1 },
        evaluations: [{ subject: alice }, {}, { subject: bob, action: { name: '' } }, { subject: bob }],
      });
      expect([answer.status, decisionsOf(answer)]).toEqual([200, [true, false, false, true]]);
      const contexts = (
        answer.body['evaluations'] as { context: { error?: { status: number; message: string } } }[]
      ).map(({ context }) => context.error);
      expect(contexts).toEqual([
        undefined,
        { status: 400, message: expect.stringContaining('subject') },
        { status: 400, message: expect.stringContaining('action.name') },
        undefined,
      ]);
    });

    test('a faulty one is a no to whoever stops at the first', async () => {
      const stopping = { options: { evaluations_semantic: 'deny_on_first_deny' } };
      const list = { subject: alice, action: read, evaluations: [{ resource: record1 }, {}, { resource: record1 }] };
      expect(decisionsOf(await post('evaluations', { ...list, ...stopping }))).toEqual([true, false]);
    });
  });

  describe('certification: search', () => {
    const users = { type: 'user' };
    test.each<[string, string, object, unknown]>([
      ['4.2.1', 'subject', { subject: users, action: read, resource: record1 }, [alice, bob]],
      ['4.2.2', 'subject', { subject: users, action: read, resource: record1, context: { time: 'now' } }, [alice, bob]],
      ['4.2.4', 'subject', { subject: users, action: write, resource: archived }, [bob]],
      [
        'clients too',
        'subject',
        { subject: { type: 'client' }, action: read, resource: record1 },
        [{ type: 'client', id: 'robot' }],
      ],
      ['4.3.1', 'resource', { subject: alice, action: read, resource: { type: 'record' } }, [record1, record2]],
      ['4.3.3', 'resource', { subject: admin, action: write, resource: { type: 'record' } }, [record2]],
      ['4.4.1', 'action', { subject: alice, resource: record1 }, [read, write]],
      ['4.4.2', 'action', { subject: alice, resource: record1, context: { time: 'now' } }, [read, write]],
      ['4.4.3', 'action', { subject: admin, resource: archived }, [read, write]],
      ['4.6.1', 'action', { subject: { type: 'user', id: 'nonexistent-user' }, resource: record1 }, []],
      ['4.6.2', 'subject', { subject: { type: 'spaceship' }, action: read, resource: record1 }, []],
      ['4.7.1', 'subject', { subject: users, resource: record1 }, 400],
      ['4.7.1', 'resource', { action: read, resource: { type: 'record' } }, 400],
      ['4.7.1', 'action', { subject: alice }, 400],
      ['4.7.2', 'subject', { subject: users, action: read, resource: { type: 'record' } }, 400],
      ['4.7.2', 'resource', { subject: users, action: read, resource: { type: 'record' } }, 400],
    ])('%s: %s', async (_id, path, search, results) => {
      expect(await resultsOf(path, search)).toEqual(results);
    });

    test('4.5: a page at a time, until its token is empty', async () => {
      const search = { subject: users, action: read, resource: record1 };
      const found: unknown[] = [];
      let token: string | undefined;
      do {
        const { body } = await post('search/subject', { ...search, page: { limit: 1, ...(token && { token }) } });
        const page = body['page'] as { next_token: string; count: number };
        found.push(...(body['results'] as unknown[]));
        expect(page.count).toBeLessThanOrEqual(1);
        // A cursor is a username, which the caller must not learn.
        expect(Buffer.from(page.next_token, 'base64url').toString('latin1')).not.toMatch(/alice|bob/);
        token = page.next_token;
      } while (token !== '');
      expect(found).toEqual([alice, bob]);
    });

    test('a page’s token is good for its caller and search alone', async () => {
      const search = { subject: users, action: read, resource: record1 };
      const { body } = await post('search/subject', { ...search, page: { limit: 1 } });
      const { next_token: token } = body['page'] as { next_token: string };
      for (const [path, caller, told] of [
        ['subject', 'todo-api', token],
        ['resource', 'records-api', token],
        ['subject', 'records-api', Buffer.from('alice').toString('base64url')],
      ] as const) {
        const whole = { ...search, subject: alice, page: { token: told } };
        expect((await post(`search/${path}`, whole, caller)).body['detail']).toMatch(/page\.token/);
      }
      const next = (more: object) => post('search/subject', { ...search, ...more, page: { token } });
      for (const other of [{ action: write }, { resource: record2 }, { subject: { type: 'client' } }]) {
        const { status, body: refused } = await next(other);
        expect([other, status, refused['problems']]).toEqual([
          other,
          400,
          [expect.objectContaining({ code: 'cursor-unknown', path: 'page.token' })],
        ]);
      }
      // Circumstances may change between two pages.
      expect((await next({ context: { time: 'later' } })).body['results']).toEqual([bob]);
    });

    test('nobody is called as another sector calls them, whatever client the caller names', async () => {
      const search = { subject: users, action: read, resource: record1, context: { client_id: 'discreet' } };
      expect((await post('search/subject', search)).body['results']).toEqual([alice, bob]);
      const found = await post('search/subject', search, 'discreet-api');
      const names = (found.body['results'] as { id: string }[]).map(({ id }) => id);
      expect(names).toHaveLength(2);
      expect(names.join()).not.toMatch(/\b(?:alice|bob)\b/);
      const [first] = names;
      const question = { subject: { type: 'user', id: first }, action: read, resource: record1 };
      expect((await post('evaluation', question, 'discreet-api')).body['decision']).toBe(true);
    });

    test('a resource server searches for its own permissions alone, and finds no instances where it declares none', async () => {
      const search = { subject: users, action: read, resource: record1 };
      expect((await post('search/subject', search, 'todo-api')).body['results']).toEqual([]);
      const resources = {
        subject: { type: 'user', id: RICK },
        action: { name: 'can_read_todos' },
        resource: { type: 'todo' },
      };
      expect((await post('search/resource', resources, 'todo-api')).body['results']).toEqual([]);
    });
  });

  test('certification: discovery', async () => {
    const answer = await fetch(`${host.issuer}/.well-known/authzen-configuration`, {
      headers: { 'X-Request-ID': 'abc' },
    });
    expect(answer.headers.get('x-request-id')).toBe('abc');
    const metadata = (await answer.json()) as Record<string, string>;
    for (const kind of ['subject', 'resource', 'action']) {
      expect(metadata[`search_${kind}_endpoint`]).toBe(`${host.issuer}/access/v1/search/${kind}`);
    }
  });

  describe('interop: Todo 1.0 and 1.1', () => {
    const todo = (ownerID: string) => ({
      type: 'todo',
      id: '7240d0db-8ff0-41ec-98b2-34a096273b9f',
      properties: { ownerID },
    });
    const own = { [RICK]: 'rick@the-citadel.com', [MORTY]: 'morty@the-citadel.com', [SUMMER]: 'summer@the-smiths.com' };
    // The user, and whether they may read, create, and change others' and their own objects.
    test.each([
      [RICK, true, true, true],
      [MORTY, true, false, true],
      [SUMMER, true, false, true],
      [BETH, false, false, false],
      [JERRY, false, false, false],
    ])('%s', async (id, creates, others, theirs) => {
      const subject = { type: 'user', id };
      const mine = own[id] ?? 'beth@the-smiths.com';
      const elses = id === RICK ? 'morty@the-citadel.com' : 'rick@the-citadel.com';
      const cases: [string, object, boolean][] = [
        ['can_read_user', { type: 'user', id: 'beth@the-smiths.com' }, true],
        ['can_read_user', { type: 'user', id: mine }, true],
        ['can_read_todos', { type: 'todo', id: 'todo-1' }, true],
        ['can_create_todo', { type: 'todo', id: 'todo-1' }, creates],
        ['can_update_todo', todo(elses), others],
        ['can_update_todo', todo(mine), theirs],
        ['can_delete_todo', todo(elses), others],
        ['can_delete_todo', todo(mine), theirs],
      ];
      for (const [name, resource, decision] of cases) {
        const { body } = await post('evaluation', { subject, action: { name }, resource }, 'todo-api');
        expect([name, body['decision']]).toEqual([name, decision]);
      }
      const evaluations = cases.map(([name, resource]) => ({ action: { name }, resource }));
      const many = await post('evaluations', { subject, evaluations }, 'todo-api');
      expect(decisionsOf(many)).toEqual(cases.map(([, , decision]) => decision));
    });
  });

  describe('interop: the API gateway', () => {
    test.each([
      [RICK, true],
      [MORTY, true],
      [SUMMER, true],
      [BETH, false],
      [JERRY, false],
    ])('%s', async (id, writes) => {
      const subject = { type: 'identity', id };
      for (const [name, route, decision] of [
        ['GET', '/users/{userId}', true],
        ['GET', '/todos', true],
        ['POST', '/todos', writes],
        ['PUT', '/todos/{todoId}', writes],
        ['DELETE', '/todos/{todoId}', writes],
      ] as const) {
        const resource = { type: 'route', id: route };
        const { body } = await post('evaluation', { subject, action: { name }, resource }, 'gateway');
        expect([name, body['decision']]).toEqual([name, decision]);
      }
    });
  });
});
