/** Which answers are remembered: the successful ones that everybody gets who sends the same request. */
import type { Context } from 'koa';
import { expect, test } from '@jest/globals';
import { noteIgnored } from '../../../src/http/refusals/ignored.js';
import { logRefusal } from '../../../src/http/refusals/log-refusal.js';
import { isRepeatable } from '../../../src/oidc/revalidated-answers/repeatable-answer.js';
import type { RequestScope } from '../../../src/oidc/request-scope/request-scope.js';
import { usedOnce } from '../../../src/sessions/tokens/replay-guard.js';
import { hashOf } from '../../../src/base/crypto/hash-of.js';
import { inRequest, libraryClient } from '../request.js';

const introspection = {
  route: 'introspection',
  client: libraryClient(),
  params: { token: 'abc' } as Readonly<Record<string, string>>,
};

interface Answered {
  readonly oidc?: object;
  readonly ctx?: object;
  readonly meanwhile?: (scope: RequestScope, ctx: Context) => void;
}

function isRepeated({ oidc = introspection, ctx = {}, meanwhile = () => undefined }: Answered): Promise<boolean> {
  const res = { hasHeader: () => false };
  return inRequest(
    (scope) => {
      meanwhile(scope, scope.ctx);
      return isRepeatable(scope.ctx);
    },
    { oidc, ctx: { status: 200, body: { active: true }, req: {}, res, ...ctx } },
  );
}

test.each<[string, Answered]>([
  ['introspection of a live token', {}],
  ['userinfo', { oidc: { ...introspection, route: 'userinfo' }, ctx: { body: { sub: 'ada' } } }],
])('%s is', async (_what, answered) => {
  expect(await isRepeated(answered)).toBe(true);
});

const asserting = { ...introspection, client: libraryClient({ authentication: 'private_key_jwt' }) };

test.each<[string, Answered]>([
  ['a dead token', { ctx: { body: { active: false } } }],
  ['an error', { ctx: { status: 401 } }],
  ['an empty answer', { ctx: { body: undefined } }],
  ['a text', { ctx: { body: 'eyJ' } }],
  ['a cookie', { ctx: { res: { hasHeader: (name: string) => name === 'Set-Cookie' } } }],
  ['another endpoint', { oidc: { ...introspection, route: 'token' } }],
  ['a client that sent an assertion', { oidc: { ...introspection, params: { client_assertion: 'eyJ' } } }],
  ['a client that authenticates by assertions', { oidc: asserting }],
  ['a client that is unknown', { oidc: { ...introspection, client: undefined } }],
  [
    'a refusal in the log',
    { meanwhile: (_scope, ctx) => logRefusal(ctx, { endpoint: 'introspection', reason: 'audience-wrong', words: '' }) },
  ],
  ['a parameter that was ignored', { meanwhile: (_scope, ctx) => noteIgnored(ctx, 'parameter', ['x']) }],
  [
    'something that is written with it',
    { meanwhile: ({ held }) => held.insert(usedOnce, { id: hashOf('x'), expiresAt: 1 }) },
  ],
  ['work that is done with it', { meanwhile: ({ held }) => held.work(async () => undefined) }],
  ['work that is done after it', { meanwhile: ({ held }) => held.settle(async () => undefined) }],
])('an answer with %s is not', async (_what, answered) => {
  expect(await isRepeated(answered)).toBe(false);
});
