/** What a run shows of one person before it happens. */
import { describe, expect, test } from '@jest/globals';
import { problem } from '../../../../src/base/problems/problem.js';
import { formerSubjectOf, goneDiff, grantedPatch } from '../../../../src/federation/sync/plan/person-diff.js';
import { ALL_GRANTED, type WantedName } from '../../../../src/federation/sync/plan/planned-person.js';
import type { UserPatch } from '../../../../src/identity/users/user-input.js';
import type { User } from '../../../../src/identity/users/user.js';
import { assignment } from '../../../access/world.js';
import {
  access,
  diffOf,
  GROUP,
  joined,
  type Linked,
  linked,
  type New,
  newPerson,
  refusedPerson,
  ROLE,
} from './anna.js';
import { linkOf } from './planned.js';

const conflict = problem('identifier-empty', [], { of: 'username' });
const taken: WantedName = { of: 'username', value: 'anna2', holder: { userId: 'bea' } };
const wishing = (wished: UserPatch, fields: Partial<User> = {}) => diffOf(linked({ wished }, fields));
const NO_NAME = { username: false, email: true };
const NO_ADDRESS = { username: true, email: false };

const NOTHING = { fields: [], gained: [], lost: [], digest: expect.any(String) };
const HERE = { subject: 's-1', base: 'ou=people' };
const filled = (...names: readonly string[]) => names.map((field) => ({ field, isEmptied: false }));
const emptied = (...names: readonly string[]) => names.map((field) => ({ field, isEmptied: true }));

describe('of somebody of whom nothing changes, nothing is shown', () => {
  const had = { email: 'a@corp.test', emailVerified: true, attributes: [{ name: 'floor', value: '1' }] };
  test.each<[string, Partial<Linked>]>([
    ['without a wish', {}],
    ['with an empty wish', { wished: {} }],
    ['with the address that they have', { wished: { email: 'a@corp.test', emailVerified: true } }],
    ['with the attributes that they have', { wished: { attributes: had.attributes } }],
    ['with the access that they have', { access: access([ROLE]) }],
  ])('%s', (_how, changes) => {
    expect(diffOf(linked(changes, { ...had, assignments: [ROLE] }))).toBeUndefined();
  });
});

describe('somebody new', () => {
  const fields: New['made']['fields'] = {
    ...{ email: 'a@corp.test', profile: { name: 'Anna', locale: 'it' } },
    attributes: ['1', '2'].map((value) => ({ name: 'floor', value })),
  };

  test('is shown with every field, role and group that they get', () => {
    const plan = access([ROLE, GROUP], ['new']);
    expect(diffOf(newPerson({ username: 'anna' }, { fields, plan }))).toStrictEqual({
      ...{ ...HERE, ...NOTHING, username: 'anna', kind: 'new' },
      fields: filled('username', 'email', 'name', 'locale', 'attributes.floor'),
      gained: ['role name of r', 'group name of g', 'group name of new'],
    });
  });

  test('without a name of the mapping is called by the subject, and no name is shown', () => {
    expect(diffOf(newPerson())).toStrictEqual({ ...HERE, ...NOTHING, username: 's-1', kind: 'new' });
  });

  test('whose access is refused gets an account, and no group is made for it', () => {
    const plan = { ...access([], ['new']), conflict };
    expect(diffOf(newPerson({}, { plan }))).toMatchObject({ kind: 'new', reason: 'assignments-refused', gained: [] });
  });

  test('whose name is taken gets no account', () => {
    const person = newPerson({ username: 'anna' }, { fields, plan: access([ROLE]), wants: [taken] });
    expect(diffOf(person, NO_NAME)).toStrictEqual({
      ...{ ...HERE, ...NOTHING, username: 'anna', kind: 'collided', reason: 'username-taken' },
    });
  });
});

describe('somebody of whom nothing may change', () => {
  test('is shown by the name of the mapping', () => {
    expect(diffOf(refusedPerson({ username: 'anna' }, { userId: 'id-1' }))).toStrictEqual({
      ...{ ...HERE, ...NOTHING, userId: 'id-1', username: 'anna', kind: 'collided', reason: 'user-missing' },
    });
  });

  test('is called by the subject if there is none', () => {
    expect(diffOf(refusedPerson({}))).toStrictEqual({
      ...{ ...HERE, ...NOTHING, username: 's-1', kind: 'collided', reason: 'user-missing' },
    });
  });
});

describe('somebody linked', () => {
  const wants = [taken];
  const wished = { username: 'anna2' };

  test('is shown with what changes, and nothing more', () => {
    expect(wishing({ username: 'anna2' })).toStrictEqual({
      ...{ ...HERE, ...NOTHING, userId: 'id-1', username: 'anna', kind: 'changed', fields: filled('username') },
    });
  });

  test.each<[string, WantedName, string]>([
    ['is taken', taken, 'username-taken'],
    ['nobody may have', { ...taken, holder: 'unavailable' }, 'username-refused'],
    // Of an address alone.
    ['is taken, as no address is', { of: 'email', value: 'a', holder: 'unavailable' }, 'username-taken'],
  ])('keeps a name whose other one %s, and that is all that is shown', (_how, want, reason) => {
    expect(diffOf(linked({ wished, wants: [want] }), NO_NAME)).toStrictEqual({
      ...{ ...HERE, ...NOTHING, userId: 'id-1', username: 'anna', kind: 'collided', reason },
    });
  });

  test('changes otherwise although the name is taken', () => {
    expect(diffOf(linked({ wished: { ...wished, profile: { name: 'Anna' } }, wants }), NO_NAME)).toMatchObject({
      ...{ kind: 'changed', fields: filled('name'), reason: 'username-taken' },
    });
  });

  test('keeps the access that they have if the new one is refused', () => {
    const plan = { ...access([], ['new']), conflict };
    expect(diffOf(linked({ access: plan }))).toMatchObject({ kind: 'collided', reason: 'assignments-refused' });
    // What ends upstream ends here all the same.
    expect(diffOf(linked({ access: plan }, { assignments: [ROLE] }))).toMatchObject({
      ...{ kind: 'changed', reason: 'assignments-refused', gained: [], lost: ['role name of r'] },
    });
    // The name comes first.
    expect(diffOf(linked({ access: plan, wished, wants }), NO_NAME)).toMatchObject({ reason: 'username-taken' });
  });

  test('changes by a role alone that they gain or lose', () => {
    const member = linked({ access: access([GROUP]) }, { assignments: [ROLE, GROUP] });
    expect(diffOf(member)).toMatchObject({ kind: 'changed', gained: [], lost: ['role name of r'] });
    const both = linked({ access: access([GROUP, ROLE]) }, { assignments: [GROUP] });
    expect(diffOf(both)).toMatchObject({ kind: 'changed', gained: ['role name of r'], lost: [] });
    expect(diffOf(linked({ access: access([], ['new']) }))).toMatchObject({ gained: ['group name of new'] });
  });

  test('loses nothing if groups were not told', () => {
    const told = linked({ wished: { username: 'anna2' }, access: undefined }, { assignments: [ROLE] });
    expect(diffOf(told)).toMatchObject({ gained: [], lost: [] });
  });

  test('is shown by the ids of roles and groups that are gone', () => {
    const gone = [assignment('role', 'no-role'), assignment('membership', 'no-group')];
    expect(diffOf(linked({ access: access([]) }, { assignments: gone }))).toMatchObject({
      lost: ['role no-role', 'group no-group'],
    });
  });

  test('is shown with another standing, although nothing else changes', () => {
    expect(diffOf(linked({ standing: 'disabled' }))).toStrictEqual({
      ...{ ...HERE, ...NOTHING, userId: 'id-1', username: 'anna', kind: 'changed', standing: 'disabled' },
    });
  });

  test('is shown with the former subject, although nothing else changes', () => {
    const moved = linked({ link: linkOf('id-1', { subject: 'former' }) });
    expect(formerSubjectOf(moved)).toBe('former');
    expect(diffOf(moved)).toStrictEqual({
      ...{ ...HERE, ...NOTHING, userId: 'id-1', username: 'anna', kind: 'changed', formerSubject: 'former' },
    });
  });
});

test('somebody who joins is shown although nothing else changes, and has no former subject', () => {
  expect(diffOf(joined())).toStrictEqual({
    ...{ ...HERE, ...NOTHING, userId: 'id-1', username: 'anna', kind: 'joined' },
  });
  expect(formerSubjectOf(joined())).toBeUndefined();
});

test('somebody who is gone is shown where they were last, if that is known', () => {
  const shown = { ...NOTHING, subject: 's-1', userId: 'id-1', username: 'anna', kind: 'changed', standing: 'gone' };
  const link = linkOf('id-1', { subject: 's-1' });
  expect(goneDiff({ ...link, base: 'ou=rome' }, 'anna')).toStrictEqual({ ...shown, base: 'ou=rome' });
  expect(goneDiff(link, 'anna')).toStrictEqual({ ...shown, base: '' });
});

describe('of the fields that change,', () => {
  test.each<[string, UserPatch, Partial<User>, readonly unknown[]]>([
    ['an address is named', { email: 'a@corp.test' }, {}, filled('email')],
    ['an address that ends is emptied', { email: null }, {}, emptied('email')],
    ['a profile names each', { profile: { name: 'A', locale: null } }, {}, [...filled('name'), ...emptied('locale')]],
    [
      'a number names itself, and not that it is verified',
      { profile: { phoneNumber: '+39', phoneNumberVerified: true } },
      {},
      filled('phoneNumber'),
    ],
    [
      'a number that is verified now is named',
      { profile: { phoneNumberVerified: true } },
      {},
      filled('phoneNumberVerified'),
    ],
    [
      'a postal address names the lines that differ',
      { profile: { address: { locality: 'Rome', region: 'Lazio', country: 'IT' } } },
      { profile: { address: { locality: 'Oslo', country: 'IT', postalCode: '1' } } },
      [...filled('address.locality'), ...emptied('address.postalCode'), ...filled('address.region')],
    ],
    ['a postal address that begins is filled', { profile: { address: { region: 'A' } } }, {}, filled('address.region')],
    [
      'a postal address that ends is emptied',
      { profile: { address: null } },
      { profile: { address: { locality: 'Oslo' } } },
      emptied('address.locality'),
    ],
    [
      'a postal address is not named of which nothing is said',
      { username: 'b' },
      { profile: { address: { locality: 'Oslo' } } },
      filled('username'),
    ],
    [
      'attributes are named whose values differ',
      { attributes: [...attribute('same', '1'), ...attribute('other', '1', '2'), ...attribute('begins', '1')] },
      { attributes: [...attribute('same', '1'), ...attribute('other', '1'), ...attribute('ends', '1')] },
      [...filled('attributes.other'), ...emptied('attributes.ends'), ...filled('attributes.begins')],
    ],
  ])('%s', (_what, wished, fields, shown) => {
    expect(wishing(wished, fields)?.fields).toStrictEqual(shown);
  });

  function attribute(name: string, ...values: readonly string[]) {
    return values.map((value) => ({ name, value }));
  }
});

describe('a patch', () => {
  const had = { email: 'a@corp.test', emailVerified: false };
  const patchOf = (wished: UserPatch | undefined, granted = ALL_GRANTED, fields: Partial<User> = had) =>
    grantedPatch(linked({ wished }, fields), granted);

  test('is none without a wish, or if nothing of it is granted', () => {
    expect(patchOf(undefined)).toBeUndefined();
    expect(patchOf({ username: 'anna2' }, NO_NAME)).toBeUndefined();
    expect(patchOf({ email: 'a@corp.test', emailVerified: true }, NO_ADDRESS)).toBeUndefined();
  });

  test.each<[string, UserPatch, typeof ALL_GRANTED, UserPatch]>([
    ['has a name that is granted', { username: 'b' }, NO_ADDRESS, { username: 'b' }],
    [
      'has an address that is verified',
      { email: 'b', emailVerified: true },
      NO_NAME,
      { email: 'b', emailVerified: true },
    ],
    [
      'has an address unverified that another has',
      { email: 'b', emailVerified: true },
      NO_ADDRESS,
      { email: 'b', emailVerified: false },
    ],
    ['has an address that is not verified there', { email: 'b' }, ALL_GRANTED, { email: 'b', emailVerified: false }],
    [
      'says of the same address that it is verified by now',
      { email: 'a@corp.test', emailVerified: true },
      ALL_GRANTED,
      { email: 'a@corp.test', emailVerified: true },
    ],
    ['ends an address', { email: null }, NO_ADDRESS, { email: null }],
    ['has all else', { profile: { name: 'A' } }, { username: false, email: false }, { profile: { name: 'A' } }],
  ] as const)('%s', (_what, wished, granted, patch) => {
    expect(patchOf(wished, granted)).toStrictEqual(patch);
  });
});
