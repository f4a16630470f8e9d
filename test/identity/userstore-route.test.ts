/** Where a typed name leads, and what the form says of it: by the text and settings alone. */
import { describe, expect, test } from '@jest/globals';
import type { PasswordConnector } from '../../src/identity/userstores/password-connector.js';
import { signInForm } from '../../src/identity/userstores/sign-in-form.js';
import { userstoreRoute } from '../../src/identity/userstores/userstore-route.js';

const connector = (id: string, more: Partial<PasswordConnector> = {}): PasswordConnector => ({
  ...{ id, authenticate: () => Promise.reject(new Error('A route asks nobody.')) },
  ...more,
});
const primary = connector('primary');
const corp = connector('corp', { displayName: 'Example Corp', domains: ['corp.test'] });
const strict = connector('strict', {
  domains: ['strict.test'],
  enforces: [{ name: 'strict.test', except: ['Ada@strict.test', 'root'] }],
});
const plain = connector('plain');
const chain = [primary, corp, strict, plain];
const ALL = 'primary corp strict plain';

interface Row {
  readonly hint?: string;
  readonly offered?: readonly string[];
  readonly typed: string;
  /** Where it leads, and by which rule. */
  readonly to: string;
  readonly name?: string;
}

describe('a typed name leads', () => {
  test.each<readonly [string, Row]>([
    // The hint of the request.
    ['to the hinted userstore', { hint: 'corp', typed: 'Anna', to: 'hint: corp', name: 'anna' }],
    ['to our own, by a hint', { hint: 'primary', typed: 'anna', to: 'hint: primary' }],
    ['to the hinted one, by its prefix', { hint: 'corp', typed: 'corp/anna', to: 'prefix: corp', name: 'anna' }],
    ['nowhere, by another prefix', { hint: 'corp', typed: 'primary/anna', to: 'prefix: ' }],
    ['to the hinted one, by its domain', { hint: 'corp', typed: 'a@corp.test', to: 'hint: corp' }],
    ['to the hinted one, by a domain of another', { hint: 'primary', typed: 'a@corp.test', to: 'hint: primary' }],
    ['away from the hint, by an enforced domain', { hint: 'primary', typed: 'a@strict.test', to: 'domain: strict' }],
    ['away from any other hint', { hint: 'corp', typed: 'a@strict.test', to: 'domain: strict' }],
    ['to the hint, as an excepted name', { hint: 'primary', typed: ' ADA@strict.test ', to: 'hint: primary' }],
    [
      'nowhere, by an enforced domain that the client does not offer',
      { hint: 'primary', offered: ['primary', 'corp'], typed: 'a@strict.test', to: 'domain: ' },
    ],
    // A hint that does not count.
    ['to the chain, by an unknown hint', { hint: 'nowhere', typed: 'anna', to: `chain: ${ALL}` }],
    [
      'to the chain, by a hint that the client does not offer',
      { hint: 'corp', offered: ['primary', 'plain'], typed: 'anna', to: 'chain: primary plain' },
    ],
    ['to a userstore in the hint’s spelling only', { hint: 'CORP', typed: 'anna', to: `chain: ${ALL}` }],
    // The only userstore of the client.
    ['to the only one', { offered: ['corp'], typed: 'anna', to: 'only: corp' }],
    ['to the only one, by its prefix', { offered: ['corp'], typed: 'CORP/anna', to: 'prefix: corp', name: 'anna' }],
    ['to the only one, whatever the hint', { offered: ['corp'], hint: 'primary', typed: 'anna', to: 'only: corp' }],
    ['nowhere, by the prefix of another', { offered: ['corp'], typed: 'primary/anna', to: 'prefix: ' }],
    ['nowhere, by the domain of another', { offered: ['primary'], typed: 'a@corp.test', to: 'domain: ' }],
    ['nowhere, where nothing is offered', { offered: [], typed: 'anna', to: 'chain: ' }],
    // STORE/name.
    ['by a prefix', { typed: ' Corp/Anna ', to: 'prefix: corp', name: 'anna' }],
    ['by a prefix, not by the domain behind it', { typed: 'plain/a@strict.test', to: 'prefix: plain' }],
    ['nowhere, by a prefix that is not offered', { offered: ['primary', 'corp'], typed: 'plain/a', to: 'prefix: ' }],
    // An exact domain.
    ['by a domain', { typed: 'a@CORP.test', to: 'domain: corp', name: 'a@corp.test' }],
    ['by an enforced domain, excepted or not', { typed: 'ada@strict.test', to: 'domain: strict' }],
    ['to the chain, by a domain below', { typed: 'a@sub.corp.test', to: `chain: ${ALL}` }],
    [
      'nowhere, by a domain that is not offered',
      { offered: ['primary', 'plain'], typed: 'a@corp.test', to: 'domain: ' },
    ],
    // The chain.
    ['to the chain', { typed: 'anna', to: `chain: ${ALL}` }],
    [
      'to the chain, as the client offers it',
      { offered: ['plain', 'primary'], typed: 'a', to: 'chain: primary plain' },
    ],
  ])('%s', (_what, { hint, offered, typed, to, name }) => {
    const route = userstoreRoute({ chain, offered, hint }, typed);
    expect(`${route.by}: ${route.connectors.map(({ id }) => id).join(' ')}`).toBe(to);
    if (name !== undefined) expect(route.name).toBe(name);
  });
});

describe('the form', () => {
  const form = (hint?: string, offered?: readonly string[], among = chain) =>
    signInForm({ chain: among, offered, hint });
  const ordinary = { nameFirst: true, takesPasswords: true };

  test('asks for the name first where several userstores are asked, and one has domains', () => {
    expect(form()).toEqual(ordinary);
    expect(form(undefined, ['primary', 'plain'])).toEqual({ nameFirst: false, takesPasswords: true });
  });

  test('asks the hinted userstore on one page, and knows the form without the hint', () => {
    expect(form('corp')).toEqual({
      asks: { id: 'corp', displayName: 'Example Corp' },
      nameFirst: false,
      takesPasswords: true,
      ordinary,
    });
    expect(form('plain', ['primary', 'plain'])).toEqual({
      asks: { id: 'plain', displayName: 'plain' },
      ...{ nameFirst: false, takesPasswords: true },
      ordinary: { nameFirst: false, takesPasswords: true },
    });
  });

  test('asks the only userstore, from which no other way leads', () => {
    const asks = { id: 'corp', displayName: 'Example Corp' };
    expect(form(undefined, ['corp'])).toEqual({ asks, nameFirst: false, takesPasswords: true });
    expect(form('corp', ['corp'])).toEqual({ asks, nameFirst: false, takesPasswords: true });
    expect(form(undefined, undefined, [primary])).toEqual({
      asks: { id: 'primary', displayName: 'primary' },
      ...{ nameFirst: false, takesPasswords: true },
    });
  });

  test('takes no password where the client offers no userstore', () => {
    expect(form(undefined, ['elsewhere'])).toEqual({ nameFirst: false, takesPasswords: false });
  });

  test.each([
    ['nowhere', undefined, 'userstore-unknown'],
    ['', undefined, 'userstore-unknown'],
    ['__proto__', undefined, 'userstore-unknown'],
    ['corp', ['primary', 'strict'], 'userstore-not-offered'],
    ['primary', ['corp', 'strict'], 'userstore-not-offered'],
  ])('is the same with the hint %j at a client that offers %j, and says why', (hint, offered, hintFault) => {
    expect(form(hint, offered)).toEqual({ ...form(undefined, offered), hintFault });
  });

  test('keeps to the only userstore when the request hints at another', () => {
    expect(form('primary', ['corp'])).toEqual({ ...form(undefined, ['corp']), hintFault: 'userstore-not-offered' });
  });
});
