import type { Operation } from './operation.ts';

/** From the first redirect, in a new browser, to tokens. Both sides compare one bcrypt hash of the least cost. */
export const passwordLogin: Operation = {
  name: 'password login',
  // Each is four to six requests.
  warmUp: 1000,
  perLane: 8,
  signsIdToken: true,
  writes: true,
  async lane(person) {
    // The first hash of a process takes so long that the server asks others to wait.
    await person.authorize();
    return async () => person.redeem(await person.signIn());
  },
};
