import { jwt } from '../load/tokens.ts';
import { API, APPLICATION } from '../realm.ts';
import type { Operation } from './operation.ts';

/** A refresh token for its successor, an ID token and a JWT for the API. */
export const refresh: Operation = {
  name: 'refresh',
  warmUp: 5000,
  perLane: 35,
  signsIdToken: true,
  writes: true,
  async lane(person) {
    let { refresh_token: current } = await person.redeem(await person.authorize());
    return async () => {
      const tokens = await person.refresh(current, APPLICATION, API.identifier);
      jwt(tokens);
      if (tokens.refresh_token === current) throw new Error('A refresh token was not rotated.');
      current = tokens.refresh_token;
    };
  },
};
