/** Checks how an orders API treats Gatehouse's tokens: `GET /orders` needs `orders:read`, `POST /orders` needs `orders:write`. */
import { deepEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { nodePackages } from './installs.js';
import { environmentOf, runNode } from './page-programs.js';
import { readRecipe } from './recipe.js';
import type { Here, Mistake } from './stranger.js';

const EXPRESS = 'express-oauth2-jwt-bearer';

const AUDIENCE = 'https://orders.example.com';
const SCOPE = 'orders:read orders:write';

/** Both people ask for both scopes. Rea holds one of them. @throws {AssertionError} where the API lets in or refuses the wrong one */
export async function triesOrdersApi(here: Here, api: string): Promise<void> {
  const status = async (method: string, token: string): Promise<number> => {
    const answer = await fetch(`${api}/orders`, { method, headers: { authorization: `Bearer ${token}` } });
    await answer.body?.cancel();
    return answer.status;
  };
  const reader = await here.token({ username: 'rea', scope: SCOPE, resource: AUDIENCE });
  const seller = await here.token({ username: 'ada', scope: SCOPE, resource: AUDIENCE });
  const forged = `${seller.slice(0, -10)}${'A'.repeat(10)}`;
  deepEqual(
    {
      readerReads: await status('GET', reader),
      readerWrites: await status('POST', reader),
      sellerReads: await status('GET', seller),
      sellerWrites: await status('POST', seller),
      forged: await status('GET', forged),
    },
    { readerReads: 200, readerWrites: 403, sellerReads: 200, sellerWrites: 201, forged: 401 },
  );
}

/** Nearly the audience, as an administrator types it. */
export const slashTooMany: Mistake = {
  what: 'a client names the API with a slash too many',
  reason: 'resource-not-allowed',
  async make(here) {
    await here.token({ username: 'ada', scope: SCOPE, resource: `${AUDIENCE}/` }).catch(() => undefined);
  },
};

/** The packages of the API that `startOrdersApi` runs. */
export const ordersApiPackages = (): Promise<string> => nodePackages(join(import.meta.dirname, '..', EXPRESS));

/** Runs the API of docs/applications/express-oauth2-jwt-bearer.md for an application that calls it. */
export async function startOrdersApi(here: Here, at: string): Promise<void> {
  const recipe = await readRecipe(EXPRESS, new Map([['https://id.example.com', here.issuer]]));
  const env = { ...environmentOf(recipe.block('sh env')), PORT: String(here.port(at)) };
  await runNode(here, { code: recipe.block('js application'), packages: await ordersApiPackages(), env });
  await here.answers(here.origin(at));
}
