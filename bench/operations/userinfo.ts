import { expected, send } from '../load/send.ts';
import type { Operation } from './operation.ts';

export const userinfo: Operation = {
  name: 'userinfo',
  perLane: 100,
  async lane(person) {
    const { access_token: token } = await person.redeem(await person.authorize());
    const headers = { authorization: `Bearer ${token}` };
    return async () => expected(200, await send(`${person.issuer}/me`, { headers }));
  },
};
