/** What is said of a sign-in that began at another identity provider and leads nowhere. The browser has no cookie yet, and needs none. */
import { describe, expect, test } from '@jest/globals';
import { mappingInput } from '../../src/federation/mapping/mapping-input.js';
import { refusalFields } from '../../src/http/refusals/log-refusal.js';
import { csrfTokens } from '../../src/http/request/csrf.js';
import { arrivalRouter } from '../../src/sign-in/arrivals/arrival-router.js';
import { koaContext, realPages } from '../oidc/koa-context.js';

type Parts = Parameters<typeof arrivalRouter>[0];
const identity = { subject: 'ned-1', claims: new Map() };
const good: Parts = {
  issuer: new URL('https://id.example.com'),
  pages: realPages,
  answers: { find: async () => ({ received: 'an answer', uses: [] }) },
  redirects: { landing: async () => ({ client: 'portal' }), complete: async () => ({ kind: 'ok', identity }) },
  connector: async () => ({ displayName: 'Partner Inc.', mapping: mappingInput.parse({}) }),
  client: async () => ({ name: 'Portal', initiateLoginUri: 'https://portal.test/login' }),
  csrf: csrfTokens([Buffer.alloc(32)]),
};

async function asked(changed: Partial<Parts>) {
  const ctx = koaContext({ url: '/connector/partner/arrived?ticket=t' });
  await arrivalRouter({ ...good, ...changed })(ctx, async () => undefined);
  return { status: ctx.status, page: String(ctx.body), logged: refusalFields(ctx.req) };
}

test('a question comes where everything is there', async () => {
  const { status, page, logged } = await asked({});
  expect([status, logged]).toEqual([200, {}]);
  expect(page).toContain('Continue as ned-1');
});

describe('a page says what to do, and the log why', () => {
  test.each<[why: string, Partial<Parts>]>([
    ['arrival-not-allowed', { redirects: { ...good.redirects, landing: async () => undefined } }],
    ['arrival-over', { answers: { find: async () => undefined } }],
    ['arrival-over', { connector: async () => undefined }],
    ['arrival-no-application', { client: async () => undefined }],
    ['arrival-no-application', { client: async () => ({ name: 'Portal' }) }],
    [
      'saml-subject',
      {
        redirects: {
          ...good.redirects,
          complete: async () => ({ kind: 'upstream-error', reason: 'saml-subject' }),
        },
      },
    ],
  ])('%s', async (why, changed) => {
    const { status, page, logged } = await asked(changed);
    expect([status, logged['reason'], logged['error']]).toEqual([400, 'upstream-answer-refused', why]);
    expect(logged['words']).toContain(`(${why})`);
    expect(page).toContain('Go to the application that you want to use');
    expect(page).not.toContain('cookies');
  });
});
