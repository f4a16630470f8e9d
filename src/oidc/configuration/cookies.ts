import type { Configuration } from 'oidc-provider';
import { cookieSignatures } from '../../http/request/cookie-signatures.js';
import { cookieNames } from '../sign-out/session-cookie.js';

/** @param keys the first signs, all of them verify */
export function cookies(keys: readonly string[], issuer: URL): Configuration {
  const https = issuer.protocol === 'https:';
  const common = { httpOnly: true, sameSite: 'lax', secure: https, signed: true, overwrite: true } as const;
  return {
    cookies: {
      keys: cookieSignatures(keys),
      names: { ...cookieNames(https) },
      long: { ...common, path: '/' },
      short: common,
    },
  };
}
