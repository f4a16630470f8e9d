import { describe, expect, test } from '@jest/globals';
import type { Block } from '../../src/base/block.js';
import type { Limitation } from '../../src/base/assignment.js';
import { answerTo } from '../../src/decisions/answer.js';
import { audienceOf, noAudience } from '../../src/decisions/ask.js';
import type { Evaluation } from '../../src/decisions/evaluation.js';
import { newUser } from '../../src/identity/users/new-user.js';
import type { TrustedFact } from '../../src/realm/resource-servers/resource-server.js';
import type { Client } from '../../src/realm/clients/client.js';
import { assignment, AT, ORDERS, server, snapshotOf, STOCK } from '../access/world.js';

const question = (context?: Evaluation['context']): Evaluation => ({
  subject: { type: 'user', id: 'ada' },
  action: { name: 'orders:read' },
  resource: { type: 'order', id: '1' },
  ...(context && { context }),
});
const answered = (
  limitations: readonly Limitation[],
  {
    trustedFor = [],
    context,
    validUntil,
    blocks = [],
  }: {
    readonly trustedFor?: TrustedFact[];
    readonly context?: Evaluation['context'];
    readonly validUntil?: number;
    readonly blocks?: Block[];
  } = {},
) => {
  const permission = assignment('permission', `${ORDERS} orders:read`, {
    limitations: [...limitations],
    ...(validUntil !== undefined && { validUntil }),
  });
  const ada = { ...newUser({ id: 'ada', username: 'ada' }, [], 0), blocks, assignments: [permission] };
  const servers = [{ ...server(ORDERS, { 'orders:read': [] }), trustedFor }];
  return answerTo(
    question(context),
    ORDERS,
    {
      idOf: (name) => name,
      user: async (id) => (id === 'ada' ? ada : undefined),
      client: async () => undefined,
      behaviour: async () => undefined,
      sessions: async () => 1,
    },
    snapshotOf({ groups: [], roles: [], servers }),
    AT,
  );
};

describe('an answer', () => {
  test('says until when it holds at most', async () => {
    expect(await answered([], { validUntil: AT + 1000 })).toMatchObject({
      decision: true,
      context: { until: new Date(AT + 1000).toISOString() },
    });
  });

  test('names the facts that were stated and not accepted', async () => {
    const network = { kind: 'network', values: ['10.0.0.0/8'] };
    const context = { ip_address: '10.0.0.1', acr: 'urn:gatehouse:acr:password' };
    expect(await answered([network], { context })).toMatchObject({
      decision: false,
      context: { not_taken: ['context.ip_address', 'context.acr'] },
    });
    const trusting = await answered([network], { context, trustedFor: ['address'] });
    expect(trusting).toMatchObject({ decision: true, context: { not_taken: ['context.acr'] } });
  });

  test('names the sign-in that would be sufficient', async () => {
    const level = { kind: 'level', values: ['urn:gatehouse:acr:two-factor within 300'] };
    expect((await answered([level])).context).toMatchObject({
      step_up: { acr_values: 'urn:gatehouse:acr:two-factor', max_age: 300 },
    });
  });

  test('about a disabled user is no, and has no other reason', async () => {
    expect(await answered([], { blocks: [{ by: 'administrator', since: 0 }] })).toEqual({
      decision: false,
      context: { reasons: ['ada is disabled.'] },
    });
  });

  test('shows neither who assigned what, nor the user’s id', async () => {
    const { context } = await answered([]);
    expect(JSON.stringify(context)).not.toMatch(/host:root|ada/);
  });
});

describe('the resource server that a question is asked as', () => {
  const caller = (...audiences: string[]) => ({ client: { id: 'api' } as Client, audiences });

  test('is the caller’s only one, or the one that the question names', () => {
    expect(audienceOf(caller(ORDERS), question())).toBe(ORDERS);
    expect(audienceOf(caller(ORDERS, STOCK), question({ audience: STOCK }))).toBe(STOCK);
    expect(audienceOf(caller(ORDERS), question({ audience: STOCK }))).toBeUndefined();
    expect(audienceOf(caller(ORDERS, STOCK), question())).toBeUndefined();
  });

  test('is asked for by a problem that lists the caller’s own', () => {
    expect(noAudience(caller(ORDERS, STOCK))).toMatchObject({
      code: 'invalid',
      problems: [{ code: 'audience-unnamed', path: 'context.audience', params: { audiences: [ORDERS, STOCK] } }],
      why: { reason: 'audience-wrong' },
    });
  });
});
