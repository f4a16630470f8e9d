import { LEVELS, type Level, levelsAmong } from '../../base/authentication-level.js';
import { type Instant, seconds } from '../../base/clock.js';
import { fact } from './fact.js';

/** The level that the user reached, and the time of the last complete authentication. */
export const authentication = fact<{ readonly level: Level; readonly at: Instant }>()({
  name: 'authentication',
  field: 'authentication',
  stated: {
    trust: 'authentication',
    fields: { acr: 'name', auth_time: 'seconds' },
    read({ acr, auth_time: authTime }) {
      const [level] = acr === undefined ? [] : levelsAmong([acr]);
      // Without its time it is treated as infinitely old.
      return level && { level, at: seconds(authTime ?? 0) };
    },
  },
  variable: { name: 'level', type: 'string', value: ({ level }) => level },
  option: {
    name: 'level',
    help: 'The authentication level (acr) of the session',
    read(text, at) {
      const [level] = levelsAmong([text]);
      return level ? { ok: true, value: { level, at } } : { ok: false, names: LEVELS };
    },
  },
});
