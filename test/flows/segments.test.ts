/** Segments by profile, activity and preferences, in real tokens; and the reports of applications. */
import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { application, ask, claimsOf, codeOf, signIn, token } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { passwordOf, stores } from './flow-host.js';

const SHOP_SECRET = randomBytes(32).toString('base64url');
const SHOP = 'https://shop.test';
const DAY = 24 * 60 * 60 * 1000;

describe.each(stores)('on %s,', (store) => {
  const ids: Record<string, string> = {};
  const host = useHost({ store, realmFile: 'test/flows/segments.realm.yaml', env: { SHOP_SECRET } });
  beforeAll(async () => {
    for (const username of ['ada', 'bob', 'cleo']) ids[username] = String((await tokensOf(username)).id['sub']);
  });

  async function tokensOf(username: string) {
    const authRequest = ask(host, application('public'), {
      scope: 'openid roles groups segments customer_group',
      resource: SHOP,
    });
    const page = await signIn(new Visitor(), authRequest, username, passwordOf(host, username));
    const { body } = await token(host, authRequest.application, {
      ...{ grant_type: 'authorization_code', redirect_uri: authRequest.application.redirectUri },
      ...{ code: codeOf(page), code_verifier: authRequest.verifier, resource: SHOP },
    });
    return { id: claimsOf(body.id_token), access: claimsOf(body.access_token) };
  }
  const segmentsOf = async (username: string): Promise<unknown> => (await tokensOf(username)).id['segments'];

  async function report(body: unknown, more: Readonly<Record<string, string>> = {}, caller = 'shop') {
    const answer = await fetch(`${host.issuer}/access/v1/events`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Basic ${Buffer.from(`${caller}:${SHOP_SECRET}`).toString('base64')}`,
        ...more,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
  const purchase = (username: string, more: object = {}) => ({
    events: [{ subject: ids[username], event: 'purchase', ...more }],
  });
  const ago = (days: number): string => new Date(Date.now() + host.ahead() - days * DAY).toISOString();

  test('Ibexa: segments stand in segment groups and are by demographics, behaviour and preference', async () => {
    expect(await segmentsOf('ada')).toEqual(['berliners', 'night owls', 'quiet']);
    expect(
      await report({ events: [{ subject: ids['ada'], event: 'page-view' }, ...purchase('ada', { count: 3 }).events] }),
    ).toEqual({ status: 200, body: { counted: 2 } });
    const { id, access } = await tokensOf('ada');
    expect(id['segments']).toEqual(['berliners', 'night owls', 'regulars']);
    expect(access).toMatchObject({ permissions: ['offers:read', 'prices:low'] });
  });

  test('Ibexa: customer groups carry permissions and reach applications as a claim', async () => {
    const { id, access } = await tokensOf('ada');
    expect(id).toMatchObject({ customer_group: 'gold', groups: [] });
    expect(access['permissions']).toContain('prices:low');
    expect((await tokensOf('bob')).id).not.toHaveProperty('customer_group');
  });

  test('of twenty reports about one person at one moment none is lost', async () => {
    const sent = await Promise.all(
      Array.from({ length: 20 }, () => report({ events: [{ subject: ids['bob'], event: 'race' }] })),
    );
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([200]));
    const { out } = await host.command('user', 'show', 'bob');
    expect(out.join('\n')).toContain('race 20');
  });

  test('a report that is sent again under its key is counted once', async () => {
    const key = { 'Idempotency-Key': 'order-17' };
    await Promise.all([1, 2, 3].map(() => report(purchase('cleo'), key)));
    await report(purchase('cleo'), key);
    expect(await segmentsOf('cleo')).toEqual(['quiet']);
    await report(purchase('cleo', { count: 2 }), { 'Idempotency-Key': 'order-18' });
    expect(await segmentsOf('cleo')).toEqual(['quiet', 'regulars']);
  });

  test('the command line lists segments, and who is in one', async () => {
    const list = await host.command('segment', 'list');
    expect(list.out.join('\n')).toMatch(/regulars +behaviour +behaviour\.count\("purchase", 30\) >= 3/);
    expect((await host.command('segment', 'members', 'regulars')).out).toEqual(['ada', 'cleo']);
    expect(await host.command('segment', 'show')).toMatchObject({ code: 2 });
  });

  test('who acts for somebody gets the same answer from the decision endpoint', async () => {
    const answer = await fetch(`${host.issuer}/access/v1/evaluation`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Basic ${Buffer.from(`shop:${SHOP_SECRET}`).toString('base64')}`,
      },
      body: JSON.stringify({
        subject: { type: 'user', id: ids['cleo'] },
        action: { name: 'offers:read' },
        resource: { type: 'offer', id: '1' },
      }),
    });
    expect(await answer.json()).toMatchObject({ decision: true });
  });

  describe('is refused, with nothing counted,', () => {
    const refusals: readonly (readonly [string, () => unknown, RegExp])[] = [
      ['an event with a name that is none', () => purchase('bob', { event: 'Pürchase' }), /events\.0\.event/],
      ['a name of control characters', () => purchase('bob', { event: 'a\u0000b' }), /events\.0\.event/],
      ['a name of look-alikes', () => purchase('bob', { event: 'purсhase' }), /events\.0\.event/],
      ['a prototype', () => purchase('bob', { event: '__proto__' }), /events\.0\.event/],
      ['a store operator', () => ({ events: [{ subject: { $ne: '' }, event: 'purchase' }] }), /events\.0\.subject/],
      ['a count below one', () => purchase('bob', { count: 0 }), /events\.0\.count/],
      ['a count beyond all measure', () => purchase('bob', { count: 1e9 }), /events\.0\.count/],
      ['a moment without a zone', () => purchase('bob', { at: '2026-11-26T12:00:00' }), /events\.0\.at: A moment is/],
      ['what is yet to come', () => purchase('bob', { at: ago(-1) }), /events\.0\.at: .* has not come yet/],
      ['what is long ago', () => purchase('bob', { at: ago(91) }), /events\.0\.at: .* more than 90 days ago/],
      ['a field that is not known', () => purchase('bob', { times: 3 }), /events\.0.*times/],
      ['nothing', () => ({ events: [] }), /events/],
      ['too many at once', () => ({ events: Array.from({ length: 101 }, () => purchase('bob').events[0]) }), /events/],
      [
        'somebody who is not there, beside somebody who is',
        () => ({ events: [...purchase('bob').events, { subject: 'nobody', event: 'purchase' }] }),
        /events\.1\.subject: There is no user nobody/,
      ],
      [
        'more events than anybody has',
        () => ({
          events: Array.from({ length: 51 }, (_, n) => ({ subject: ids['bob'], event: `event-${n}` })),
        }),
        /events: Nobody has more than 50/,
      ],
    ];
    test.each(refusals)('%s', async (_what, body, said) => {
      const { status, body: answer } = await report(body());
      expect([status, answer['detail']]).toEqual([400, expect.stringMatching(said)]);
    });

    test('a key that is none', async () => {
      const { status, body } = await report(purchase('bob'), { 'Idempotency-Key': 'x'.repeat(101) });
      expect([status, body['detail']]).toEqual([400, expect.stringContaining('Idempotency-Key')]);
    });
    test('and nothing of it was counted', async () => {
      const { out } = await host.command('user', 'show', 'bob');
      expect(out.join('\n')).not.toMatch(/purchase|event-/);
    });
    test('a megabyte', async () => {
      expect(await report(purchase('bob', { event: 'a'.repeat(1e6) }))).toMatchObject({ status: 413 });
    });
    test('a caller who is not believed in this, and one whom nobody knows', async () => {
      expect(await report(purchase('bob'), {}, 'news')).toMatchObject({
        status: 403,
        body: { code: 'forbidden', detail: expect.stringContaining('trustedFor') },
      });
      expect(await report(purchase('bob'), {}, 'public')).toMatchObject({ status: 401 });
    });
  });

  test('what was done falls out of its window as time goes by', async () => {
    await host.advance(31 * DAY);
    expect(await segmentsOf('cleo')).toEqual(['quiet']);
  });
});
