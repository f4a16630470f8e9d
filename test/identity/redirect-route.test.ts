/** Where a typed name leads in a realm with other identity providers, and what its form is. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PasswordConnector } from '../../src/identity/userstores/password-connector.js';
import { signInForm } from '../../src/identity/userstores/sign-in-form.js';
import { userstoreRoute } from '../../src/identity/userstores/userstore-route.js';

const userstore = (id: string, more: Partial<PasswordConnector> = {}): PasswordConnector => ({
  ...{ id, authenticate: () => Promise.reject(new Error('A route asks nobody.')) },
  ...more,
});
const chain = [userstore('primary'), userstore('corp', { domains: ['corp.test'] })];
const redirects = [
  { id: 'open', domains: ['open.test'], enforces: [] },
  { id: 'strict', domains: ['strict.test'], enforces: [{ name: 'strict.test', except: ['boss@strict.test'] }] },
  { id: 'plain', domains: [], enforces: [] },
];

interface RedirectRow {
  readonly hint?: string;
  readonly offered?: readonly string[];
  readonly typed: string;
  readonly to: string;
}

const placeOf = ({ hint, offered, typed }: Omit<RedirectRow, 'to'>): string => {
  const { redirect, connectors } = userstoreRoute({ chain, redirects, offered, hint }, typed);
  if (redirect !== undefined) expect(connectors).toEqual([]);
  return redirect === undefined ? connectors.map(({ id }) => id).join(' ') : `pages of ${redirect}`;
};

test.each<readonly [string, RedirectRow]>([
  ['an address of its domain', { typed: ' A@OPEN.test', to: 'pages of open' }],
  ['an address of a domain below', { typed: 'a@x.open.test', to: 'primary corp' }],
  ['an excepted one', { typed: 'boss@strict.test', to: 'pages of strict' }],
  ['an excepted one at a hinted form', { typed: 'boss@strict.test', hint: 'primary', to: 'primary' }],
  ['its prefix', { typed: 'Plain/a', to: 'pages of plain' }],
  ['its prefix, where it is not offered', { typed: 'plain/a', offered: ['primary', 'corp'], to: '' }],
  ['a prefix of ours before its domain', { typed: 'primary/a@strict.test', to: 'primary' }],
  ['its domain, where it is not offered', { typed: 'a@open.test', offered: ['primary', 'corp'], to: '' }],
  ['its domain, where one userstore is offered alone', { typed: 'a@open.test', offered: ['primary'], to: '' }],
  ['its domain, beside one userstore', { typed: 'a@open.test', offered: ['primary', 'open'], to: 'pages of open' }],
  ['another name, beside one userstore', { typed: 'a', offered: ['primary', 'open'], to: 'primary' }],
  ['its domain at a hinted form', { typed: 'a@open.test', hint: 'primary', to: 'primary' }],
  ['its enforced domain at a hinted form', { typed: 'a@strict.test', hint: 'primary', to: 'pages of strict' }],
  ['a domain of a directory', { typed: 'a@corp.test', to: 'corp' }],
])('%s leads where it is to', (_what, { to, ...row }) => {
  expect(placeOf(row)).toBe(to);
});

test('an address of an enforced domain leads to no userstore, whatever is offered and hinted at', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('a', 'A.B', 'x+y'),
      fc.option(fc.subarray(['primary', 'corp', 'open', 'strict', 'plain'])),
      fc.option(fc.constantFrom('primary', 'corp', 'open', 'strict', 'nobody')),
      (name, offered, hint) => {
        const asked = { typed: `${name}@strict.test`, ...(offered && { offered }), ...(hint !== null && { hint }) };
        expect(placeOf(asked)).toBe(offered?.includes('strict') === false ? '' : 'pages of strict');
      },
    ),
  );
});

describe('the form', () => {
  const form = (hint?: string, offered?: readonly string[]) => signInForm({ chain, redirects, offered, hint });

  test('asks for the name first where an address may lead elsewhere, be there one userstore or several', () => {
    for (const offered of [undefined, ['primary', 'open'], ['corp', 'strict']])
      expect(form(undefined, offered)).toEqual({ nameFirst: true, takesPasswords: true });
    expect(form(undefined, ['primary', 'plain'])).toMatchObject({ nameFirst: false, asks: { id: 'primary' } });
    expect(form(undefined, ['open', 'strict'])).toEqual({ nameFirst: false, takesPasswords: false });
  });

  test('is on one page at a hinted userstore, also at the only one', () => {
    expect(form('primary', ['primary', 'open'])).toEqual({
      ...{ asks: { id: 'primary', displayName: 'primary' }, nameFirst: false, takesPasswords: true },
      ordinary: { nameFirst: true, takesPasswords: true },
    });
  });
});
