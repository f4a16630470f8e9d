import { expect, test } from '@jest/globals';
import { storelessPaths } from '../../src/oidc/endpoints/published-paths.js';

test.each(['', '/realms/one'])(
  'below "%s", what is published and what pages refer to need no store, and nothing else does',
  (base) => {
    const isStoreless = storelessPaths(new URL(`https://id.example${base}`));
    const storeless = [
      `${base}/.well-known/openid-configuration`,
      `/.well-known/oauth-authorization-server${base}`,
      `${base}/jwks`,
      `${base}/assets/styles.css`,
    ];
    const others = [
      '/token',
      '/auth',
      '/auth/x',
      '/me',
      '/session/end',
      '/sign-in/x',
      '/jwks/x',
      '/assets',
      '/token/assets/x',
    ];
    expect(storeless.filter((path) => !isStoreless(path))).toEqual([]);
    expect([...others.map((path) => base + path), `/elsewhere${base}/jwks`].filter(isStoreless)).toEqual([]);
  },
);
