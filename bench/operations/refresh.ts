import { jwt, requestTokens } from '../load/tokens.ts';
import { API, APPLICATION } from '../realm.ts';
import type { Operation } from './operation.ts';

/** A refresh token for its successor and a JWT for the API. */
export const refresh: Operation = {
  name: 'refresh',
  perLane: 40,
  async lane(person) {
    let { refresh_token: current } = await person.redeem(await person.authorize());
    return async () => {
      const tokens = await requestTokens(person.issuer, {
        grant_type: 'refresh_token',
        client_id: APPLICATION.id,
        refresh_token: current,
        resource: API.identifier,
      });
      jwt(tokens);
      if (tokens.refresh_token === current) throw new Error('A refresh token was not rotated.');
      current = tokens.refresh_token;
    };
  },
};
