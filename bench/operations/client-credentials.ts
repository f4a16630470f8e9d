import { jwt, requestTokens } from '../load/tokens.ts';
import { MACHINE } from '../realm.ts';
import type { Operation } from './operation.ts';

/** A program's own token: a JWT. */
export const clientCredentials: Operation = {
  name: 'client_credentials',
  warmUp: 5000,
  perLane: 60,
  writes: true,
  lane: async ({ issuer }) => {
    const form = { grant_type: 'client_credentials', client_id: MACHINE.id, client_secret: MACHINE.secret };
    return async () => jwt(await requestTokens(issuer, form));
  },
};
