import { Arriving } from '../../../views/arriving.js';
import type { Samples } from '../sample.js';

const href = 'https://shop.test/callback?n=1&code=x';

export const samples: Samples = {
  arriving: (around) => Arriving({ ...around, href, application: 'The Shop' }),
  'arriving-elsewhere': (around) => Arriving({ ...around, href, provider: 'Example Corp' }),
  'arriving by a form': (around) =>
    Arriving({ ...around, href, form: [['SAMLRequest', 'x']], provider: 'Example Corp' }),
  'at an application that is not known': (around) => Arriving({ ...around, href }),
};
