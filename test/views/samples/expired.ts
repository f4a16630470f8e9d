import { Expired } from '../../../views/expired.js';
import type { Samples } from '../sample.js';

export const samples: Samples = { expired: (around) => Expired(around) };
