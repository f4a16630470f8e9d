import { Arrived } from '../../../views/arrived.js';
import type { Samples } from '../sample.js';

export const samples: Samples = {
  asked: (around) =>
    Arrived({
      ...around,
      ...{ action: '/connector/corp/arrived', ticket: 'ticket', csrf: 'token', provider: 'Example Corp' },
      ...{ person: 'alice', application: 'The Shop' },
    }),
};
