import type { Operation } from './operation.ts';

/** From the first redirect, in a new browser, to tokens. Both sides compare one bcrypt hash of the least cost. */
export const passwordLogin: Operation = {
  name: 'password login',
  perLane: 10,
  lane: async (person) => async () => person.redeem(await person.signIn()),
};
