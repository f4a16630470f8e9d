import { fact } from './fact.js';

/** The number of the user's active sessions. */
export const sessions = fact<number>()({
  name: 'sessions',
  field: 'sessions',
  found: { limitations: ['sessions'], find: async (_known, source) => source.sessions?.() },
  variable: { name: 'sessions', type: 'int', value: (count) => BigInt(count) },
});
