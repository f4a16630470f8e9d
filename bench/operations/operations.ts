import { authorize } from './authorize.ts';
import { clientCredentials } from './client-credentials.ts';
import { codeExchange } from './code-exchange.ts';
import { introspection, introspectionOfNewToken } from './introspection.ts';
import type { Operation } from './operation.ts';
import { passwordLogin } from './password-login.ts';
import { discovery, jwks } from './public.ts';
import { refresh } from './refresh.ts';
import { userinfo, userinfoOfNewToken } from './userinfo.ts';

/** In the order of the table. */
export const OPERATIONS: readonly Operation[] = [
  discovery,
  jwks,
  clientCredentials,
  passwordLogin,
  authorize,
  codeExchange,
  refresh,
  userinfo,
  userinfoOfNewToken,
  introspection,
  introspectionOfNewToken,
];
