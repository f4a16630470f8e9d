import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Interaction } from '../../src/sign-in/interaction.js';
import { csrfOf, nobody, signInApplication, somebody, waiting } from './sign-in-application.js';

const PAGE = '/sign-in/uid-1';
const alice = { ...somebody, id: 'u-alice', username: 'alice' };

let app: Awaited<ReturnType<typeof signInApplication>>;
beforeEach(async () => {
  app = await signInApplication();
});
afterEach(() => app.close());

describe('cancelling', () => {
  const recently = [{ method: 'pwd' as const, at: Date.now() }];
  const { requirements } = waiting;
  test.each<[string, string, Partial<Interaction>]>([
    ['the sign-in', PAGE, {}],
    [
      'the choice of an account',
      `${PAGE}/account`,
      { facts: { ...nobody, user: alice, shownBefore: recently }, requirements: { ...requirements, choose: true } },
    ],
    [
      'a new password',
      `${PAGE}/password`,
      { facts: { ...nobody, user: { ...alice, owes: ['change-password'] }, shownBefore: recently } },
    ],
  ])('%s tells the application that access was denied, and takes the token of the page', async (_name, path, more) => {
    app.state.interactions = [{ ...waiting, ...more }];
    const page = await app.get(PAGE);
    expect(page.body).toMatch(/name="decision" value="cancel"[^>]*>Cancel</);
    expect((await app.post(path, { csrf: 'forged', decision: 'cancel' })).status).toBe(403);
    expect(app.state.finished).toEqual([]);
    expect((await app.post(path, { csrf: csrfOf(page), decision: 'cancel' })).status).toBe(303);
    expect(app.state).toMatchObject({ finished: [{ kind: 'refused', error: 'access_denied' }], typed: [] });
  });
});
