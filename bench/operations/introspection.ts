import { newTokens } from '../load/new-tokens.ts';
import type { Person } from '../load/person.ts';
import { expected, send } from '../load/send.ts';
import { WEB_SERVER } from '../realm.ts';
import type { Operation } from './operation.ts';

/** Introspection of an opaque access token by its own client, the same token each time. */
export const introspection: Operation = {
  name: 'introspection',
  warmUp: 10_000,
  perLane: 200,
  async lane(person) {
    const { access_token: token } = await person.redeem(await person.authorize(WEB_SERVER), WEB_SERVER);
    return () => introspect(person, token);
  },
};

/** The same of tokens that no request has presented before. */
export const introspectionOfNewToken: Operation = {
  name: 'introspection of a new token',
  warmUp: 5000,
  perLane: 30,
  async lane(person, count) {
    const tokens = await newTokens(person, WEB_SERVER, count);
    return async () => introspect(person, tokens.next());
  },
};

async function introspect({ issuer }: Person, token: string): Promise<void> {
  const form = { client_id: WEB_SERVER.id, client_secret: WEB_SERVER.secret, token };
  const { text } = expected(200, await send(`${issuer}/token/introspection`, { method: 'POST', form }));
  if (!text.includes('"active":true')) throw new Error(`A token that lives was said not to: ${text}`);
}
