import { en } from '../../../views/locales/en.js';
import type { Surroundings } from '../../../views/layout.js';
import { SignIn, type SignInError, type SignInProps } from '../../../views/sign-in.js';
import type { Samples } from '../sample.js';

const page = (more: Partial<SignInProps>) => (around: Surroundings) =>
  SignIn({ ...around, action: '/sign-in/1', csrf: 'token', application: 'Orders', ...more });

const failed = (code: string) => page({ identifier: 'alice', error: { code } as SignInError });

export const samples: Samples = {
  empty: page({}),
  'contact by mail': page({ contact: { link: 'mailto:help@people.test' } }),
  'contact in words': page({ contact: { text: 'Help desk, room 12' } }),
  'name asked before': page({ identifier: 'alice', otherName: '/sign-in/1/other' }),
  'name asked before, wrong password': page({
    identifier: 'alice',
    otherName: '/sign-in/1/other',
    error: { code: 'wrong-credentials' },
  }),
  'one userstore': page({ userstore: 'Example Corp' }),
  'one userstore, chosen by the application': page({ userstore: 'Example Corp', anotherWay: '/sign-in/1/another-way' }),
  'our own userstore, chosen by the application': page({ anotherWay: '/sign-in/1/another-way' }),
  'one userstore, wrong kind of account': page({
    ...{ userstore: 'Example Corp', anotherWay: '/sign-in/1/another-way', identifier: 'primary/alice' },
    error: { code: 'not-asked' },
  }),
  'other identity providers': page({
    redirects: [
      { name: 'Google', href: '/sign-in/1/redirect/google' },
      { name: 'Example Corp', href: '/sign-in/1/redirect/corp' },
    ],
  }),
  'another identity provider alone': page({
    redirects: [{ name: 'Example Corp', href: '/sign-in/1/redirect/corp' }],
    withoutPassword: true,
  }),
  again: page({ identifier: 'alice', signedIn: { person: 'Alice Appleby', asked: 'again' } }),
  other: page({ signedIn: { person: 'Alice Appleby', asked: 'other' } }),
  ...Object.fromEntries(
    Object.keys({ ...en.signIn.errors, ...en.form.errors }).map((code) => [code, failed(code)] as const),
  ),
  throttled: page({ identifier: 'alice', error: { code: 'throttled', seconds: 90 } }),
  'throttled, seconds': page({ identifier: 'alice', error: { code: 'throttled', seconds: 1 } }),
};
