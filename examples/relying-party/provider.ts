import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as openid from 'openid-client';
import type { DecodedJwt, Pending, Session } from './sessions.ts';
import { randomName } from './sessions.ts';
import type { Settings } from './settings.ts';

/** Scopes for the user's identity (the first line) and for this application's access to the API (the second). */
const SCOPE = 'openid profile email roles groups orders:read orders:write orders:approve';

/** All communication with the provider, through a certified library that checks every response. */
export function provider(settings: Settings, origin: string) {
  const redirectUri = `${origin}/callback`;
  let discovered: Promise<openid.Configuration> | undefined;

  /** Loaded on first use, and again after a failure: the provider may start later. */
  const configuration = (): Promise<openid.Configuration> => {
    discovered ??= discover(settings).catch((error: unknown) => {
      discovered = undefined;
      throw error;
    });
    return discovered;
  };

  return {
    /**
     * The URL of the authorization request, optionally with required levels, and the data to remember until the browser returns
     * with `state`.
     */
    async begin(browser: string, acrValues?: string): Promise<{ url: URL; state: string; pending: Pending }> {
      const codeVerifier = openid.randomPKCECodeVerifier();
      const state = openid.randomState();
      const nonce = openid.randomNonce();
      const url = openid.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: SCOPE,
        // RFC 8707: names the API, so that tokens for it can be had later.
        resource: settings.resource,
        code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...(acrValues !== undefined && { acr_values: acrValues }),
      });
      return { url, state, pending: { browser, codeVerifier, nonce, startedAt: Date.now() } };
    },

    /**
     * Exchanges the code. Without naming the API here: one access token has one audience, and this first one is for the
     * provider's userinfo.
     */
    async complete(callback: URL, state: string, pending: Pending): Promise<Session> {
      const config = await configuration();
      const tokens = await openid.authorizationCodeGrant(config, callback, {
        expectedState: state,
        expectedNonce: pending.nonce,
        pkceCodeVerifier: pending.codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims || tokens.id_token === undefined) throw new Error('There is no ID token.');
      return {
        csrf: randomName(),
        startedAt: Date.now(),
        user: await openid.fetchUserInfo(config, tokens.access_token, claims.sub),
        idToken: tokens.id_token,
        claims,
        ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
        decoded: { idToken: decode(tokens.id_token) },
        busy: Promise.resolve(),
      };
    },

    /** Gets a token for the API with the user's current roles and permissions. */
    async refresh(session: Session): Promise<void> {
      if (session.refreshToken === undefined) return;
      const tokens = await openid.refreshTokenGrant(await configuration(), session.refreshToken, {
        resource: settings.resource,
      });
      // Before anything else can fail: the old one is used up.
      session.refreshToken = tokens.refresh_token ?? session.refreshToken;
      session.apiToken = tokens.access_token;
      session.decoded.apiToken = decode(tokens.access_token);
      const claims = tokens.claims();
      if (tokens.id_token !== undefined && claims) {
        session.idToken = tokens.id_token;
        session.claims = claims;
        session.decoded.idToken = decode(tokens.id_token);
      }
    },

    /** The URL at which the provider ends its session too. */
    async logoutUrl(session: Session): Promise<URL> {
      return openid.buildEndSessionUrl(await configuration(), {
        id_token_hint: session.idToken,
        post_logout_redirect_uri: `${origin}/`,
      });
    },
  };
}

function discover({ issuer, clientId, clientSecret }: Settings): Promise<openid.Configuration> {
  const url = new URL(issuer);
  const onThisMachine = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return openid.discovery(
    url,
    clientId,
    {}, // ID tokens by any algorithm that the provider's discovery document names
    clientSecret === undefined ? openid.None() : openid.ClientSecretBasic(clientSecret),
    {
      timeout: 5,
      // Plain http never leaves this machine.
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out, which it may here
      execute: url.protocol === 'http:' && onThisMachine ? [openid.allowInsecureRequests] : [],
    },
  );
}

/**
 * For display only. An application never decides by the content of an access token: it belongs to the API, and its form may
 * change.
 */
const decode = (token: string): DecodedJwt => ({ header: decodeProtectedHeader(token), claims: decodeJwt(token) });
