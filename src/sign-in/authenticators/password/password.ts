import type { FirstAuthenticator } from '../authenticator.js';

/** A password, checked along the chain of userstores. */
export const password: FirstAuthenticator = {
  method: 'password',
  amr: 'pwd',
  factor: 'first',
  throttle: 'passwords',
  verify: (userstores, ...typed) => userstores.authenticate(...typed),
};
