import type { Operation } from './operation.ts';

/** With an active session: a redirect with a code, no page. */
export const authorize: Operation = {
  name: 'authorize',
  warmUp: 5000,
  perLane: 35,
  writes: true,
  async lane(person) {
    await person.authorize();
    return () => person.authorize();
  },
};
