/** A remembered answer of userinfo or introspection is the endpoint's, and only whoever sends the same request gets it. */
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { STALE_AFTER } from '../../src/changes/caching/caches.js';
import { application, ask, codeOf, exchange, signIn, token, type Tokens } from '../support/application.js';
import { Visitor } from '../support/visitor.js';
import {
  afresh,
  type AnsweringProcess,
  type AnswersHost,
  askedThrice,
  introspectionOf,
  type Question,
  startAnswersHost,
  userinfoOf,
} from './answers-host.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET, ORDERS, stores } from './flow-host.js';

const API = { id: 'orders-api', secret: MACHINE_SECRET };
const CONFIDENTIAL = { id: 'confidential', secret: CONFIDENTIAL_SECRET };

describe.each(stores)('on %s:', (kind) => {
  let host: AnswersHost;
  let first: AnsweringProcess;
  let own: Tokens;
  let api: Tokens;
  const visitor = new Visitor();

  beforeAll(async () => {
    host = await startAnswersHost(kind);
    [first] = host.processes;
    const confidential = application('confidential', CONFIDENTIAL_SECRET);
    const asked = ask(host, confidential, { scope: 'openid profile roles' });
    own = (await exchange(host, asked, codeOf(await signIn(visitor, asked, 'admin', host.adminPassword)))).body;
    const forApi = ask(host, application('public'), { scope: 'openid profile orders:read', resource: ORDERS });
    api = (await exchange(host, forApi, codeOf(await visitor.visit(forApi.url)))).body;
  });
  afterAll(() => host.close());
  beforeEach(() => first.counting.reset());

  /** The store calls of one more request. */
  async function callsOf(question: Question): Promise<readonly string[]> {
    first.counting.reset();
    await first.ask(question);
    return first.counting.tally().calls;
  }

  const questions = (): [name: string, question: Question][] => [
    ['userinfo', userinfoOf(own.access_token)],
    ['userinfo with a JWT', userinfoOf(api.access_token)],
    [
      'userinfo with a token in the body',
      {
        path: '/me',
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `access_token=${own.access_token}`,
      },
    ],
    ['introspection', introspectionOf(CONFIDENTIAL, own.access_token)],
    ['introspection of a JWT', introspectionOf(API, api.access_token)],
    [
      'introspection of a refresh token',
      introspectionOf(CONFIDENTIAL, own.refresh_token, { token_type_hint: 'refresh_token' }),
    ],
  ];

  test.each([0, 1, 2, 3, 4, 5])('answer %i is the same from memory, header for header and byte for byte', async (n) => {
    const [, question] = questions()[n] ?? [];
    if (!question) throw new Error('There is no such question.');
    const answer = await askedThrice(first, question);
    expect(answer).toMatchObject({ status: 200, isRemembered: true });
    expect(await first.ask(afresh(question))).toEqual({
      ...answer,
      isRemembered: false,
      requestId: expect.any(String),
    });
    expect(await callsOf(question)).toHaveLength(1);
  });

  test('has an id of its own in each response', async () => {
    const question = userinfoOf(own.access_token);
    await askedThrice(first, question);
    const ids = [await first.ask(question), await first.ask(question)].map(({ requestId }) => requestId);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[\w-]{20,}$/);
  });

  test('is computed twice before it is given from memory', async () => {
    const { body } = await token(
      host,
      { id: 'machine' },
      { grant_type: 'client_credentials', client_secret: MACHINE_SECRET },
    );
    const question = introspectionOf(API, body.access_token);
    const answers = [await first.ask(question), await first.ask(question), await first.ask(question)];
    expect(answers.map(({ isRemembered }) => isRemembered)).toEqual([false, false, true]);
  });

  describe('from memory gets nothing:', () => {
    beforeEach(async () => {
      for (const [, question] of questions()) expect(await askedThrice(first, question)).toMatchObject({ status: 200 });
    });

    const withHeaders = (question: Question, headers: Readonly<Record<string, string>>): Question => ({
      ...question,
      headers: { ...question.headers, ...headers },
    });

    test('a wrong secret, at any time', async () => {
      const wrong = introspectionOf({ ...CONFIDENTIAL, secret: 'a wrong secret' }, own.access_token);
      for (let time = 0; time < 3; time++) {
        expect(await first.ask(wrong)).toMatchObject({ status: 401, isRemembered: false });
      }
    });

    test('a client whose token it is not', async () => {
      for (let time = 0; time < 3; time++) {
        const { body, isRemembered } = await first.ask(introspectionOf(API, own.access_token));
        expect([JSON.parse(body), isRemembered]).toEqual([{ active: false }, false]);
      }
    });

    test('who accepts something else', async () => {
      const [, question] = questions()[0] ?? [];
      if (!question) throw new Error('There is no such question.');
      expect(await first.ask(withHeaders(question, { accept: 'text/html' }))).toMatchObject({ isRemembered: false });
    });

    test('a page of another origin, which has its own headers', async () => {
      const asked = withHeaders(userinfoOf(api.access_token), { origin: 'https://public.test' });
      for (let time = 0; time < 4; time++) {
        const answer = await first.ask(asked);
        expect(answer).toMatchObject({ status: 200, isRemembered: false });
        expect(answer.headers).toContain('access-control-allow-origin: https://public.test');
      }
    });

    test('a request with a proof of possession', async () => {
      const asked = withHeaders(introspectionOf(API, api.access_token), { dpop: 'eyJ' });
      for (let time = 0; time < 4; time++) expect(await first.ask(asked)).toMatchObject({ isRemembered: false });
    });

    test('who cannot know whether something has changed', async () => {
      const { caches } = first.parts;
      jest.spyOn(Date, 'now').mockImplementation(() => performance.timeOrigin + performance.now() + STALE_AFTER + 1000);
      const away = first.failReads('markers');
      try {
        expect(caches.fresh()).toBe(false);
        for (const [, question] of questions()) {
          expect(await first.ask(question)).toMatchObject({ status: 503, isRemembered: false });
        }
      } finally {
        away.restore();
        jest.restoreAllMocks();
      }
    });
  });

  test('is never remembered where activity may change it', async () => {
    const { groups } = first.parts;
    const by = { kind: 'host', id: 'tests', requestId: 'test' } as const;
    const made = await groups.create(by, { name: 'active', type: 'segment', rule: 'behaviour.count("view", 7) > 0' });
    await first.parts.snapshots.read();
    for (const [, question] of questions().slice(0, 3)) {
      for (let time = 0; time < 4; time++) expect(await first.ask(question)).toMatchObject({ isRemembered: false });
    }
    await groups.update(by, made.ok ? made.value.id : '', { rule: 'now > timestamp("2031-01-01T00:00:00Z")' });
    for (const [, question] of questions().slice(0, 3)) {
      for (let time = 0; time < 4; time++) expect(await first.ask(question)).toMatchObject({ isRemembered: false });
    }
    await groups.update(by, made.ok ? made.value.id : '', { rule: 'false' });
    for (const [, question] of questions()) expect((await askedThrice(first, question)).isRemembered).toBe(true);
  });

  test('is given up if the store does not answer, which the endpoint says', async () => {
    const question = userinfoOf(own.access_token);
    await askedThrice(first, question);
    const away = first.failReads('all');
    try {
      expect(await first.ask(question)).toMatchObject({ status: 503, isRemembered: false });
    } finally {
      away.restore();
    }
    expect((await askedThrice(first, question)).status).toBe(200);
  });
});
