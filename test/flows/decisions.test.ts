/** Decisions for applications (OpenID AuthZEN 1.0): callers, accepted facts, and answers with reasons. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { application, ask, claimsOf, codeOf, exchange, signIn } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { decisionRealm, ORDERS, ORDERS_SECRET, whoMayAsk } from './decision-callers.js';
import { passwordOf, stores } from './flow-host.js';

const STOCK = 'https://stock.test';
interface Answer {
  readonly decision: boolean;
  readonly context: {
    readonly reasons: readonly string[];
    readonly until?: string;
    readonly step_up?: object;
    readonly not_taken?: readonly string[];
  };
}

describe.each(stores)('on %s,', (store) => {
  const ids: Record<string, string> = {};
  // The tests set the client's address.
  const host = useHost({
    store,
    ...decisionRealm,
    env: { ORDERS_SECRET, GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1,::1' },
  });
  beforeAll(async () => {
    for (const username of ['ada', 'bob']) ids[username] = await signInAs(username);
  });

  /** Makes a session, and gives the person's id. */
  async function signInAs(username: string): Promise<string> {
    const authRequest = ask(host, application('public'));
    const page = await signIn(new Visitor(), authRequest, username, passwordOf(host, username));
    return String(claimsOf((await exchange(host, authRequest, codeOf(page))).body.id_token)['sub']);
  }

  const basic = (id = 'orders-api', secret = ORDERS_SECRET): string =>
    `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

  async function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    const answer = await fetch(`${host.issuer}/access/v1/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: basic(), ...headers },
      body: typeof body === 'string' || body instanceof Buffer ? (body as BodyInit) : JSON.stringify(body),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  }

  interface More {
    readonly who?: object;
    readonly properties?: object;
    readonly context?: object;
  }
  const question = (action: string, { who = {}, properties = {}, context = {} }: More = {}) => ({
    subject: { type: 'user', id: ids['ada'], ...who },
    action: { name: action },
    resource: { type: 'order', id: '17', properties },
    context,
  });
  async function decided(action: string, more: More = {}, caller = 'orders-api'): Promise<Answer> {
    const { status, body } = await post('evaluation', question(action, more), { Authorization: basic(caller) });
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body as unknown as Answer;
  }

  test('the endpoints are found at the well-known place', async () => {
    const metadata = (await (await fetch(`${host.issuer}/.well-known/authzen-configuration`)).json()) as object;
    expect(metadata).toEqual({
      policy_decision_point: host.issuer,
      access_evaluation_endpoint: `${host.issuer}/access/v1/evaluation`,
      access_evaluations_endpoint: `${host.issuer}/access/v1/evaluations`,
      search_subject_endpoint: `${host.issuer}/access/v1/search/subject`,
      search_resource_endpoint: `${host.issuer}/access/v1/search/resource`,
      search_action_endpoint: `${host.issuer}/access/v1/search/action`,
      access_filter_endpoint: `${host.issuer}/access/v1/filter`,
    });
  });

  describe('a permission that holds', () => {
    const until = (moment: string) => host.advance(Math.max(0, Date.parse(moment) - Date.now() - host.ahead()));

    test('only for the owner', async () => {
      expect((await decided('orders:change', { properties: { owner: ids['ada'] } })).decision).toBe(true);
      const other = await decided('orders:change', { properties: { owner: ids['bob'] } });
      expect([other.decision, other.context.reasons.join(' ')]).toEqual([
        false,
        expect.stringContaining('it holds only what is their own'),
      ]);
    });

    test('only from a network', async () => {
      expect((await decided('orders:approve', { context: { ip_address: '10.1.2.3' } })).decision).toBe(true);
      expect((await decided('orders:approve', { context: { ip_address: '192.0.2.1' } })).decision).toBe(false);
      expect((await decided('orders:approve')).context.reasons.join(' ')).toContain('from which network');
    });

    test('only from a country', async () => {
      expect((await decided('orders:export', { context: { ip_address: '8.8.8.8' } })).decision).toBe(true);
      expect((await decided('orders:export', { context: { ip_address: '10.0.0.1' } })).decision).toBe(false);
      for (const ip_address of ['10.0.0.1', '192.168.1.5', '64:ff9b::808:808']) {
        expect((await decided('orders:import', { context: { ip_address } })).decision).toBe(true);
      }
    });

    test.each(['010.1.2.3', '10.1.2', '0x0a010203', 'nowhere', '::ffff:010.1.2.3'])(
      'not from %s, which is no address, and neither in a network nor in an unknown country',
      async (ip_address) => {
        for (const permission of ['orders:approve', 'orders:export', 'orders:import']) {
          const { decision, context } = await decided(permission, { context: { ip_address } });
          expect([decision, context.reasons.join(' ')]).toEqual([false, expect.stringContaining('it is not known')]);
        }
      },
    );

    test('only behind a second level that is fresh, and the answer is a challenge', async () => {
      const now = Math.floor((Date.now() + host.ahead()) / 1000);
      const acr = 'urn:gatehouse:acr:two-factor';
      expect((await decided('orders:refund', { context: { acr, auth_time: now } })).decision).toBe(true);
      for (const context of [
        {},
        { acr, auth_time: now - 301 },
        { acr: 'urn:gatehouse:acr:password', auth_time: now },
      ]) {
        const low = await decided('orders:refund', { context });
        expect([low.decision, low.context.step_up]).toEqual([false, { acr_values: acr, max_age: 300 }]);
      }
    });

    test('only within a group and for things that are so', async () => {
      const thing = (within: string, status: string) => ({ properties: { within: [within], status } });
      expect((await decided('orders:ship', thing('germany', 'open'))).decision).toBe(true);
      expect((await decided('orders:ship', thing('asia', 'open'))).decision).toBe(false);
      expect((await decided('orders:ship', thing('germany', 'done'))).decision).toBe(false);
    });

    test('only with few sessions', async () => {
      expect((await decided('orders:audit')).decision).toBe(true);
      await signInAs('ada');
      expect((await decided('orders:audit')).decision).toBe(false);
    });

    test('by an expression, over what the thing and the person are', async () => {
      const amount = (value: number) => ({ properties: { amount: value } });
      expect((await decided('orders:discount', amount(99))).decision).toBe(true);
      expect((await decided('orders:discount', amount(101))).decision).toBe(false);
      const vip = { ...amount(101), who: { properties: { tier: ['vip'] } } };
      expect((await decided('orders:discount', vip)).decision).toBe(true);
    });

    test('only in office hours, and says until when', async () => {
      await until('2029-12-03T10:00:00Z'); // a Monday
      const open = await decided('orders:read');
      expect([open.decision, open.context.until]).toEqual([true, '2029-12-03T16:00:00.000Z']);
      expect(open.context.reasons[1]).toMatch(/has the role worker, which gives orders:read, only during Mon-Fri/);
      await until('2029-12-03T16:00:00Z');
      expect((await decided('orders:read')).decision).toBe(false);
    });

    test('for a client that acts for itself', async () => {
      const robot = { who: { type: 'client', id: 'robot' }, properties: { owner: 'robot' } };
      expect((await decided('orders:change', robot)).decision).toBe(true);
    });
  });

  test('nothing is allowed to nobody, to who holds nothing, and by what nobody declared', async () => {
    const stranger = await decided('orders:read', { who: { id: 'nobody' } });
    expect([stranger.decision, stranger.context.reasons]).toEqual([false, ['There is no user nobody.']]);
    expect(
      (await decided('orders:change', { who: { id: ids['bob'] }, properties: { owner: ids['bob'] } })).decision,
    ).toBe(false);
    expect((await decided('orders:eat')).context.reasons[1]).toContain('declares no permission orders:eat');
  });

  test('what another process changes of a person holds at once, and what it changes of a group soon after', async () => {
    const asBob = () => decided('orders:close', { who: { id: ids['bob'] } });
    const close = ['permission', 'orders:close', '--at', ORDERS] as const;
    expect((await host.command('assign', 'user', 'bob', 'group', 'germany')).code).toBe(0);
    expect((await asBob()).decision).toBe(false);
    expect((await host.command('assign', 'group', 'europe', ...close)).code).toBe(0);
    const until = performance.now() + 15_000;
    let open = false;
    while (!open && performance.now() < until) {
      open = (await asBob()).decision;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(open).toBe(true);

    const { out } = await host.command('assignments', 'user', 'bob');
    const [, assignment = ''] = /^(\S+) +group germany/m.exec(out.join('\n')) ?? [];
    expect((await host.command('unassign', 'user', 'bob', assignment)).code).toBe(0);
    expect((await asBob()).decision).toBe(false);
  });

  test('reasons do not say who gave what to whom', async () => {
    const { context } = await decided('orders:change', { properties: { owner: ids['ada'] } });
    expect(context.reasons.join(' ')).not.toMatch(/host:|by .* at 20/);
  });

  test('a resource server asks about its own permissions alone, and is believed what it is trusted for', async () => {
    const asStock = { context: { audience: STOCK, ip_address: '10.0.0.1' } };
    const moved = await decided('stock:move', asStock, 'both-apis');
    expect([moved.decision, moved.context.not_taken]).toEqual([false, ['context.ip_address']]);
    expect((await decided('stock:count', asStock, 'both-apis')).decision).toBe(true);
    const foreign = await post('evaluation', question('stock:count', { context: { audience: STOCK } }));
    expect([foreign.status, foreign.body['detail']]).toEqual([400, expect.stringContaining(ORDERS)]);
    const unnamed = await post('evaluation', question('stock:count'), { Authorization: basic('both-apis') });
    expect([unnamed.status, unnamed.body['detail']]).toEqual([400, expect.stringContaining('context.audience')]);
  });

  test.each([
    ['nobody', {}],
    ['a wrong secret', { Authorization: 'Basic b3JkZXJzLWFwaTp3cm9uZw==' }],
    [
      'a client that is no resource server',
      { Authorization: `Basic ${Buffer.from(`no-api:${ORDERS_SECRET}`).toString('base64')}` },
    ],
    ['a bearer of something', { Authorization: 'Bearer x' }],
    ['half a secret', { Authorization: 'Basic b3JkZXJzLWFwaQ==' }],
    ['a stray percent sign', { Authorization: 'Basic JTol' }],
  ])('%s is told to say who they are, and nothing else', async (who, headers) => {
    const answer = await fetch(`${host.issuer}/access/v1/evaluation`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(question('orders:read')),
    });
    expect([who, answer.status, answer.headers.get('www-authenticate')]).toEqual([
      who,
      401,
      expect.stringMatching(/^Basic /),
    ]);
    expect(await answer.text()).not.toContain('decision"');
  });

  whoMayAsk({ host: () => host, ada: () => ids['ada'] ?? '', bob: () => ids['bob'] ?? '' });

  describe('many at once', () => {
    const evaluations = [
      { action: { name: 'orders:change' } },
      { action: { name: 'orders:approve' } },
      { action: { name: 'orders:change' } },
    ];
    const shared = () => ({ ...question('orders:read', { properties: { owner: ids['ada'] } }), evaluations });
    const decisionsOf = async (options?: object) => {
      const { body } = await post('evaluations', { ...shared(), ...(options && { options }) });
      return (body['evaluations'] as Answer[]).map(({ decision }) => decision);
    };

    test('share what is told once, and are answered in order', async () => {
      expect(await decisionsOf()).toEqual([true, false, true]);
    });

    test('stop where the caller says', async () => {
      expect(await decisionsOf({ evaluations_semantic: 'deny_on_first_deny' })).toEqual([true, false]);
      expect(await decisionsOf({ evaluations_semantic: 'permit_on_first_permit' })).toEqual([true]);
    });

    test('without a list are one', async () => {
      const { body } = await post('evaluations', question('orders:change', { properties: { owner: ids['ada'] } }));
      expect(body['decision']).toBe(true);
    });
  });

  test.each<[string, string | object, number, RegExp]>([
    ['no JSON', '{', 400, /is JSON/],
    ['a list', [], 400, /object/],
    ['deep nesting', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, 400, /nests no deeper/],
    ['half of UTF-8', Buffer.from([0x22, 0xc3, 0x22]), 400, /JSON/],
    ['too much', { subject: 'x'.repeat(300_000) }, 413, /256 KiB/],
    ['no subject', { action: { name: 'a' }, resource: { type: 'a', id: 'b' } }, 400, /subject/],
    [
      'store operators',
      { subject: { type: 'user', id: { $ne: '' } }, action: { name: 'a' }, resource: { type: 'a', id: 'b' } },
      400,
      /subject\.id/,
    ],
    [
      'an action without end',
      { subject: { type: 'user', id: 'x' }, action: { name: 'a'.repeat(1000) }, resource: { type: 'a', id: 'b' } },
      400,
      /action\.name/,
    ],
  ])('%s is refused with what is wrong', async (_what, body, status, detail) => {
    const answer = await post('evaluation', body);
    expect([answer.status, answer.headers.get('content-type'), answer.body['detail']]).toEqual([
      status,
      'application/problem+json',
      expect.stringMatching(detail),
    ]);
  });

  test.each(['\ud800', 'a\0', 'a\nb', 'a\u202eb', ' ', { $ne: '' }, ['a'], 7])(
    '%j is no name, whichever it stands for',
    async (odd) => {
      const evaluation = question('orders:read');
      const wrong: readonly (readonly [string, object])[] = [
        ['subject.id', { subject: { type: 'user', id: odd } }],
        ['subject.id', { subject: { type: 'client', id: odd } }],
        ['subject.type', { subject: { type: odd, id: 'x' } }],
        ['action.name', { action: { name: odd } }],
        ['resource.type', { resource: { type: odd, id: 'x' } }],
        ['resource.id', { resource: { type: 'x', id: odd } }],
        ['resource.properties.owner', { resource: { type: 'x', id: 'x', properties: { owner: odd } } }],
        ['resource.properties.within.0', { resource: { type: 'x', id: 'x', properties: { within: [odd] } } }],
        ['context.audience', { context: { audience: odd } }],
        ['context.client_id', { context: { client_id: odd } }],
        ['context.acr', { context: { acr: odd } }],
      ];
      for (const [field, more] of wrong) {
        const { status, body } = await post('evaluation', { ...evaluation, ...more });
        expect([field, status, body['detail']]).toEqual([field, 400, expect.stringContaining(field)]);
        const among = await post('evaluations', { ...evaluation, evaluations: [more] });
        const no = { decision: false, context: { error: { status: 400, message: expect.stringContaining(field) } } };
        expect([field, among.status, among.body]).toEqual([field, 200, { evaluations: [no] }]);
      }
      expect(host.logs()).not.toMatch(/"level":(?:50|60)/);
    },
  );

  test('names of the language below are names like any other', async () => {
    const odd = {
      properties: JSON.parse('{"__proto__": {"owner": "x"}, "constructor": "x", "owner": "nobody"}') as object,
    };
    expect((await decided('orders:change', odd)).decision).toBe(false);
    expect(({} as Record<string, unknown>)['owner']).toBeUndefined();
  });

  test('more than a hundred at once, and a question that is asked by GET, are refused', async () => {
    const many = { ...question('orders:read'), evaluations: Array.from({ length: 101 }, () => ({})) };
    expect((await post('evaluations', many)).status).toBe(400);
    const got = await fetch(`${host.issuer}/access/v1/evaluation`, { headers: { Authorization: basic() } });
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  });
});
