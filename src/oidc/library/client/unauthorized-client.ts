import { errors } from 'oidc-provider';
import { because } from '../../../http/refusals/because.js';
import { clientBehind } from './client-behind.js';

/** RFC 6749 5.2 and 4.1.2.1: the client may not use this grant or response type. The library answers `invalid_request`. */
export function unauthorizedClient(library: object, type: string): Error {
  const { grantTypes } = clientBehind(library);
  return because(
    new errors.UnauthorizedClient(`the client may not use the ${type}`),
    'grant-type-not-allowed',
    `the client asked by the ${type}; its grant types are ${grantTypes.join(', ')}`,
  );
}
