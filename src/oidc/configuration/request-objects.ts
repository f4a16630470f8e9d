import { type Configuration, errors } from 'oidc-provider';
import { now } from '../../base/clock.js';

/** How far ahead a request object may end: until then whoever finds it could send it again. */
const LONGEST_REQUEST_SECONDS = 3600;

/** How an authorization request may be carried: pushed (RFC 9126), or signed (RFC 9101), by value alone. */
export const requestObjects = {
  pushedAuthorizationRequests: { enabled: true },
  requestObjects: {
    enabled: true,
    /** The library has checked signature, algorithm, issuer and audience, and `exp` where there is one. */
    assertJwtClaimsAndHeader(_ctx, { exp }) {
      if (typeof exp !== 'number' || exp > now() / 1000 + LONGEST_REQUEST_SECONDS) {
        throw new errors.InvalidRequestObject(
          `Request Object must have an exp within ${LONGEST_REQUEST_SECONDS} seconds`,
        );
      }
    },
  },
} satisfies Configuration['features'];
