import type { Code } from '../load/person.ts';
import type { Operation } from './operation.ts';

/** A code for an opaque access token, an ID token and a refresh token. */
export const codeExchange: Operation = {
  name: 'code exchange',
  warmUp: 3000,
  perLane: 35,
  signsIdToken: true,
  writes: true,
  async lane(person, count) {
    const codes: Code[] = [];
    while (codes.length < count) codes.push(await person.authorize());
    return async () => {
      const code = codes.pop();
      if (!code) throw new Error('More codes were exchanged than made.');
      return person.redeem(code);
    };
  },
};
