import { jwt, requestTokens } from '../load/tokens.ts';
import { MACHINE } from '../realm.ts';
import type { Operation } from './operation.ts';

/** A program's own token: a JWT. */
export const clientCredentials: Operation = {
  name: 'client_credentials',
  perLane: 60,
  lane: async ({ issuer }) => {
    const form = { grant_type: 'client_credentials', client_id: MACHINE.id, client_secret: MACHINE.secret };
    return async () => jwt(await requestTokens(issuer, form));
  },
};
