import { Identify, type IdentifyProps } from '../../../views/identify.js';
import type { Surroundings } from '../../../views/layout.js';
import type { Samples } from '../sample.js';

const page = (more: Partial<IdentifyProps>) => (around: Surroundings) =>
  Identify({ ...around, action: '/sign-in/1/name', csrf: 'token', application: 'Orders', ...more });

export const samples: Samples = {
  empty: page({}),
  'other identity providers': page({ redirects: [{ name: 'Google', href: '/sign-in/1/redirect/google' }] }),
  hinted: page({ identifier: 'alice@example.test' }),
  other: page({ signedIn: 'Alice Appleby' }),
  'name missing': page({ error: { code: 'identifier-missing' } }),
  'not offered': page({ identifier: 'corp/alice', error: { code: 'not-offered' } }),
  'stale form': page({ identifier: 'alice', error: { code: 'stale-form' } }),
};
