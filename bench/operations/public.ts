import { expected, send } from '../load/send.ts';
import type { Operation } from './operation.ts';

const reading = (name: string, path: string): Operation => ({
  name,
  warmUp: 10_000,
  perLane: 600,
  lane: async ({ issuer }) => {
    const url = new URL(path, issuer);
    return async () => expected(200, await send(url));
  },
});

export const discovery = reading('discovery', '/.well-known/openid-configuration');
export const jwks = reading('jwks', '/jwks');
