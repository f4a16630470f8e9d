import { newTokens } from '../load/new-tokens.ts';
import type { Person } from '../load/person.ts';
import { expected, send } from '../load/send.ts';
import { APPLICATION } from '../realm.ts';
import type { Operation } from './operation.ts';

/** With the same token each time. */
export const userinfo: Operation = {
  name: 'userinfo',
  warmUp: 10_000,
  perLane: 200,
  async lane(person) {
    const { access_token: token } = await person.redeem(await person.authorize());
    return () => read(person, token);
  },
};

/** With tokens that no request has presented before. */
export const userinfoOfNewToken: Operation = {
  name: 'userinfo of a new token',
  warmUp: 5000,
  perLane: 30,
  async lane(person, count) {
    const tokens = await newTokens(person, APPLICATION, count);
    return async () => read(person, tokens.next());
  },
};

const read = async ({ issuer }: Person, token: string): Promise<unknown> =>
  expected(200, await send(`${issuer}/me`, { headers: { Authorization: `Bearer ${token}` } }));
