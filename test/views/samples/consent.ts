import { Consent, type ConsentProps } from '../../../views/consent.js';
import type { Surroundings } from '../../../views/layout.js';
import { en } from '../../../views/locales/en.js';
import type { Samples } from '../sample.js';

const page = (more: Partial<ConsentProps>) => (around: Surroundings) =>
  Consent({
    ...around,
    action: '/sign-in/1/consent',
    csrf: 'token',
    application: 'Orders',
    person: { username: 'alice', name: 'Alice Appleby' },
    scopes: [...Object.keys(en.consent.scopes), 'another'],
    claims: ['birthdate'],
    resources: [
      {
        name: 'Stock',
        permissions: [{ name: 'stock:read', description: 'See what is in stock' }, { name: 'stock:lines:write' }],
      },
    ],
    ...more,
  });

export const samples: Samples = {
  everything: page({}),
  little: page({ scopes: ['openid'], claims: [], resources: [] }),
  'of who has no other name': page({ person: { username: 'alice' } }),
  'stale form': page({ error: 'stale-form' }),
  'unreadable form': page({ error: 'form-unreadable' }),
};
