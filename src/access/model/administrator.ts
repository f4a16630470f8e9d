import { GATEHOUSE_API } from '../../realm/resource-servers/resource-server.js';
import { EVERYTHING } from '../../realm/resource-servers/permission-covers.js';

/** The name of the built-in role. */
export const ADMINISTRATOR = 'administrator';

/** The role with all permissions at its realm's Gatehouse, as bootstrap creates it, and none at other APIs. */
export const administrator = {
  name: ADMINISTRATOR,
  description: 'May do everything in Gatehouse itself.',
  policies: [{ resourceServer: GATEHOUSE_API, permission: EVERYTHING, limitations: [] }] as const,
};
