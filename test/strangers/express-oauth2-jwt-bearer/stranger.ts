import { ordersApiPackages, slashTooMany, startOrdersApi, triesOrdersApi } from '../harness/orders-api.js';
import type { Stranger } from '../harness/stranger.js';

const API = 'https://api.example.com';

export const stranger: Stranger = {
  name: 'express-oauth2-jwt-bearer',
  kind: 'api',
  origins: [API],
  set: ['TOKEN_SIGNING_ALG=ES256'],
  async install() {
    await ordersApiPackages();
  },
  start: (here) => startOrdersApi(here, API),
  tries: (here) => triesOrdersApi(here, here.origin(API)),
  mistake: slashTooMany,
};
