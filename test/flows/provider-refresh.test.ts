/** A real provider is asked again about its people by the refresh tokens that it gave. */
import { describe, expect, test } from '@jest/globals';
import { claimsOf, refresh } from '../support/application.js';
import { changeConnector, confirmedAgo } from './ldap-realm.js';
import { desk, useUpstreamRealm } from './sign-out-realm.js';

const HOUR = 3_600_000;

describe.each(['sqlite', 'mongodb'] as const)('a provider that gives refresh tokens, on %s', (store) => {
  const realm = useUpstreamRealm(store, {
    connection: { keepRefreshTokens: true },
    provider: { givesRefreshTokens: true },
  });
  const { host } = realm;
  const tokenOf = async (login: string) =>
    (await host.parts.links.find({ connector: 'partner', issuer: '', subject: `subject-of-${login}` }))?.refreshToken;
  async function arrived(login: string) {
    const { visitor, tokens } = await realm.signIn(login, { at: desk, params: { scope: 'openid offline_access' } });
    const sub = String(claimsOf(tokens.id_token)['sub']);
    return { visitor, sub, token: tokens.refresh_token };
  }
  const refreshed = async (token: string) => {
    const { status, body } = await refresh(host, desk, token);
    return { status, error: body.error, token: body.refresh_token };
  };
  /** As if the provider had confirmed the user two hours ago. */
  async function longAgo(sub: string): Promise<void> {
    await confirmedAgo(host, sub, 2 * HOUR, 'partner');
  }

  test('lets people go on who are signed in there, with a new token each time, and not beyond their sign-out there', async () => {
    await changeConnector(host, { accessLasts: 3600, recheckAfter: 60 }, 'partner');
    const { visitor, sub, token } = await arrived('ada');
    const first = await tokenOf('ada');
    expect(first).toBeDefined();
    // Nobody vouches for them any more: but for the token, the access would have ended.
    await longAgo(sub);
    const again = await refreshed(token);
    const second = await tokenOf('ada');
    expect([again.status, second === first]).toEqual([200, false]);
    await longAgo(sub);
    const third = await refreshed(again.token);
    expect([third.status, (await tokenOf('ada')) === second]).toEqual([200, false]);
    await realm.signOutThere(visitor);
    // The tokens of the application outlive its session here. The provider's do not.
    expect(await refreshed(third.token)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await tokenOf('ada')).toBe(undefined);
  });

  test('knows no more of somebody whose connector stopped asking', async () => {
    const { sub, token } = await arrived('bo');
    const { connection } = (await host.parts.connectors.get('partner')) ?? { connection: {} };
    await changeConnector(host, { connection: { ...connection, keepRefreshTokens: false } }, 'partner');
    await longAgo(sub);
    expect(await refreshed(token)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await tokenOf('bo')).toBe(undefined);
    await changeConnector(host, { connection }, 'partner');
  });
});
