import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { application, ask, claimsOf, introspect, refresh, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { clientRealm, type KeyServer, newKey, SECRET, startKeyServer } from './client-realm.js';
import { signedIn, stores } from './flow-host.js';

describe.each(stores)('on %s,', (store) => {
  let keyServer: KeyServer;
  beforeAll(async () => {
    keyServer = await startKeyServer();
  });
  const host = useHost(() => clientRealm(store, [newKey('ES256')], keyServer));
  afterAll(async () => {
    await keyServer.close();
  });

  test('a refresh token follows another one, or stays where the client is confidential and says so', async () => {
    const steady = application('steady', SECRET);
    const { tokens, visitor } = await signedIn(host, steady, {});
    for (let n = 0; n < 2; n++) {
      const { status, body } = await refresh(host, steady, tokens.refresh_token);
      expect([status, body.refresh_token]).toEqual([200, tokens.refresh_token]);
    }
    // It is nobody else's, and ends with its grant.
    expect((await refresh(host, application('usual', SECRET), tokens.refresh_token)).body.error).toBe('invalid_grant');
    const end = new URLSearchParams({ id_token_hint: tokens.id_token });
    await visitor.visit(`${host.issuer}/session/end?${end.toString()}`);
    expect((await refresh(host, steady, tokens.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('the answer to a refresh that got lost comes again within ten seconds, where nobody says otherwise', async () => {
    const usual = application('usual', SECRET);
    const { tokens } = await signedIn(host, usual, {});
    const first = await refresh(host, usual, tokens.refresh_token);
    const again = await refresh(host, usual, tokens.refresh_token);
    expect(again.body.refresh_token).toBe(first.body.refresh_token);
    expect(first.body.refresh_token).not.toBe(tokens.refresh_token);
    await host.advance(11_000);
    expect((await refresh(host, usual, tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await refresh(host, usual, first.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('an ID token says what scopes release, or what the claims parameter asks for where the client has it so', async () => {
    const scope = 'openid profile email';
    const usual = await signedIn(host, application('usual', SECRET), { scope });
    expect(claimsOf(usual.tokens.id_token)).toHaveProperty('preferred_username', 'alice');
    const { tokens } = await signedIn(host, application('asking'), { scope });
    expect(claimsOf(tokens.id_token)).not.toHaveProperty('preferred_username');
    expect(await (await userinfo(host, tokens.access_token)).json()).toMatchObject({ preferred_username: 'alice' });
    const claims = JSON.stringify({ id_token: { preferred_username: null } });
    const { tokens: asked } = await signedIn(host, application('asking'), { scope, claims });
    expect(claimsOf(asked.id_token)).toHaveProperty('preferred_username', 'alice');
  });

  test('EdDSA signs ID tokens and access tokens, of type JWT too, and everything here reads them', async () => {
    const by = application('edwards');
    const params = { scope: 'openid old:read', resource: 'https://old.test' };
    const { tokens, visitor } = await signedIn(host, by, params);
    const keys = createRemoteJWKSet(new URL(`${host.issuer}/jwks`));
    const checked = { issuer: host.issuer, algorithms: ['EdDSA'] };
    await jwtVerify(tokens.id_token, keys, { ...checked, audience: 'edwards' });
    const { body } = await refresh(host, by, tokens.refresh_token, { resource: 'https://old.test' });
    expect((await jwtVerify(body.access_token, keys, { ...checked, typ: 'JWT' })).payload).toMatchObject({
      client_id: 'edwards',
    });
    const api = { id: 'old-api', secret: SECRET };
    expect((await introspect(host, api, body.access_token)).body).toMatchObject({ active: true });
    // An ID token is no access token, though the same key signed it.
    expect((await introspect(host, api, body.id_token)).body).toEqual({ active: false });
    const hinted = await visitor.visit(ask(host, by, { prompt: 'none', id_token_hint: tokens.id_token }).url);
    expect(hinted.url.searchParams.get('error')).toBeNull();
  });
});
