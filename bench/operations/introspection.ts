import { expected, send } from '../load/send.ts';
import { WEB_SERVER } from '../realm.ts';
import type { Operation } from './operation.ts';

/** Introspection of an opaque access token by its own client. */
export const introspection: Operation = {
  name: 'introspection',
  perLane: 100,
  async lane(person) {
    const { access_token: token } = await person.redeem(await person.authorize(WEB_SERVER), WEB_SERVER);
    const form = { client_id: WEB_SERVER.id, client_secret: WEB_SERVER.secret, token };
    const url = `${person.issuer}/token/introspection`;
    return async () => {
      const { text } = expected(200, await send(url, { method: 'POST', form }));
      if (!text.includes('"active":true')) throw new Error(`A token that lives was said not to: ${text}`);
    };
  },
};
