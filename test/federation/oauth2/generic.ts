import type { Reply } from '../oidc/lying-provider.js';
import type { Written } from './connector.js';
import type { Answers, StandIn } from './stand-in.js';

export const TOKEN: Reply = { body: { access_token: 'the-token', token_type: 'bearer', scope: 'user' } };
export const ADA = { id: 7, login: 'ada', name: 'Ada' };

/** A provider of nobody's: what an administrator writes, with the stand-in over loopback. */
export const generic = ({ url }: Pick<StandIn, 'url'>, more: Written = {}): Written => ({
  ...more,
  connection: {
    ...{ authorizationEndpoint: `${url}/authorize`, tokenEndpoint: `${url}/token`, scopes: ['user'] },
    ...more.connection,
  },
  subject: {
    ...{ profile: { url: `${url}/me` }, id: ['id'], claims: [{ name: 'preferred_username', from: 'login' }] },
    ...more.subject,
  },
});

/** Everybody is Ada. */
export const honest: Answers = { token: TOKEN, me: { body: ADA } };
