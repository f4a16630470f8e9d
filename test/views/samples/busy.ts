import { Busy } from '../../../views/busy.js';
import type { Samples } from '../sample.js';

export const samples: Samples = {
  busy: (around) => Busy({ ...around, again: '/auth?client_id=shop' }),
};
