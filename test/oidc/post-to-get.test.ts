/** A request that was posted to an endpoint for browsers. */
import { describe, expect, test } from '@jest/globals';
import { refusalFields } from '../../src/http/refusals/log-refusal.js';
import { getInstead } from '../../src/oidc/endpoints/post-to-get.js';
import { koaContext, posted, realPages } from './koa-context.js';

async function answered(ctx = koaContext()) {
  await getInstead(ctx, '/auth', realPages);
  const { status } = ctx;
  const location = ctx.response.headers['location'];
  return { status, location, page: String(ctx.body), logged: refusalFields(ctx.req) };
}

describe('a request that was posted to an endpoint for browsers', () => {
  test('sends the browser to the same endpoint by GET, and no cache keeps that', async () => {
    const ctx = posted('client_id=shop&state=a%20b+%26c');
    expect(await answered(ctx)).toMatchObject({ status: 303, location: '/auth?client_id=shop&state=a+b+%26c' });
    expect(ctx.response.headers['cache-control']).toBe('no-store');
  });

  test('without a field goes to the bare address', async () => {
    expect(await answered(posted(''))).toMatchObject({ status: 303, location: '/auth' });
  });

  test('may name several APIs', async () => {
    const { location } = await answered(posted('resource=https%3A%2F%2Fa.test&resource=https%3A%2F%2Fb.test'));
    expect(new URL(String(location), 'https://id.example.com').searchParams.getAll('resource')).toEqual([
      'https://a.test',
      'https://b.test',
    ]);
  });

  test('that has any other field twice is refused, even with the same value', async () => {
    const { status, location, logged } = await answered(posted('state=a&client_id=shop&state=a'));
    expect({ status, location }).toEqual({ status: 400, location: undefined });
    expect(logged).toMatchObject({ endpoint: 'posted-request', words: 'the form was refused: duplicate-field' });
  });

  test('that is too long for a URL is refused, and is told how it fits', async () => {
    const fits = 'a'.repeat(8 * 1024 - 'state='.length);
    expect((await answered(posted(`state=${fits}`))).status).toBe(303);
    const { status, page } = await answered(posted(`state=${fits}a`));
    expect(status).toBe(413);
    expect(page).toContain('push the request instead');
  });

  test('that is no form, or not UTF-8, is refused on a page', async () => {
    const json = posted('{}', { headers: { 'content-type': 'application/json' } });
    expect(await answered(json)).toMatchObject({ status: 415, logged: { reason: 'body-unreadable' } });
    const { status, page } = await answered(posted('state=%FF'));
    expect(status).toBe(400);
    expect(page).toContain('<!doctype html>');
  });
});
