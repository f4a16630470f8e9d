import type { KoaContextWithOIDC } from 'oidc-provider';
import type { RequestScope } from './request-scope.js';

/** The library's context, which exists once one of its routes has matched. */
export const oidcOf = (scope: RequestScope): KoaContextWithOIDC['oidc'] | undefined =>
  (scope.ctx as Partial<Pick<KoaContextWithOIDC, 'oidc'>>).oidc;

/** The session that this request acts in: the browser's, or, on a sign-in page, the one its interaction began in. */
export const sessionUidOf = (scope: RequestScope): string | undefined =>
  oidcOf(scope)?.session?.uid ?? scope.interactionSession;
