/** Who gets a username or address that changes hands within one run: nobody gets what another keeps. */
import { expect, test } from '@jest/globals';
import { NameClaims } from '../../../../src/federation/sync/plan/name-claims.js';
import type { PlannedPerson, WantedName } from '../../../../src/federation/sync/plan/planned-person.js';
import type { User } from '../../../../src/identity/users/user.js';
import { linkedPerson } from './planned.js';

/** @param holder `nobody`, `unavailable`, or the id of a user */
const name = (value: string, holder = 'nobody'): WantedName => ({
  ...{ of: 'username', value },
  holder: holder === 'nobody' || holder === 'unavailable' ? holder : { userId: holder },
});
const address = (value: string, holder: WantedName['holder'] = 'nobody'): WantedName => ({
  of: 'email',
  value,
  holder,
});
const person = (id: string, want: WantedName, fields: Partial<User> = {}) => linkedPerson(id, [want], fields);

/** Whether each gets the name or address wanted, by id. */
function granted(...people: readonly PlannedPerson[]): Readonly<Record<string, boolean>> {
  const claims = new NameClaims();
  const all = new Map<string, boolean>();
  const note = (one: PlannedPerson, { username, email }: { readonly username: boolean; readonly email: boolean }) =>
    all.set(one.read.identity.subject, one.wants[0]?.of === 'email' ? email : username);
  for (const one of people) {
    const names = claims.take(one);
    if (names !== 'wait') note(one, names);
  }
  for (const settled of claims.settled()) note(settled.person, settled.granted);
  return Object.fromEntries(all);
}

test('a name that is free goes to the first of two who want it', () => {
  expect(granted(person('a', name('x')), person('b', name('x')))).toEqual({ a: true, b: false });
});

test('a name that no change makes free goes to nobody', () => {
  expect(granted(person('a', name('x', 'unavailable')))).toEqual({ a: false });
});

test('a name is taken over only from somebody who gets another in the same run', () => {
  expect(granted(person('a', name('b', 'b')), person('b', name('c')))).toEqual({ a: true, b: true });
  expect(granted(person('a', name('b', 'b')), person('b', name('c', 'unavailable')))).toEqual({ a: false, b: false });
  expect(granted(person('a', name('b', 'b')))).toEqual({ a: false });
});

test('a name that somebody else of the run gives up is not that of the holder', () => {
  // The holder, by our data, is another user than the one who leaves that name.
  const leaver = person('other', name('c'), { username: 'b' });
  expect(granted(person('a', name('b', 'b')), leaver)).toEqual({ a: false, other: true });
});

test('a chain gets its names if its end is free, and none if it is not', () => {
  const chain = (end: WantedName) => [
    person('a', name('b', 'b')),
    person('b', name('c', 'c')),
    person('c', name('d', 'd')),
    person('d', end),
  ];
  expect(granted(...chain(name('free')))).toEqual({ a: true, b: true, c: true, d: true });
  expect(granted(...chain(name('kept', 'stranger')))).toEqual({ a: false, b: false, c: false, d: false });
});

test('all of a circle get their names', () => {
  const circle = [person('a', name('b', 'b')), person('b', name('c', 'c')), person('c', name('a', 'a'))];
  expect(granted(...circle)).toEqual({ a: true, b: true, c: true });
});

test('whoever lost a name to another in the run gives none up', () => {
  // `b` and `first` both want `x`; `b` comes second, so keeps the name that `a` wants.
  const people = [person('first', name('x')), person('b', name('x')), person('a', name('b', 'b'))];
  expect(granted(...people)).toEqual({ first: true, b: false, a: false });
  // The same where the name is somebody's who gives it up.
  const waiting = [
    person('first', name('x', 'x')),
    person('b', name('x', 'x')),
    person('a', name('b', 'b')),
    person('x', name('y')),
  ];
  expect(granted(...waiting)).toEqual({ first: true, b: false, a: false, x: true });
});

test('an address that somebody changes is free for another, verified', () => {
  const had = { email: 'b@corp.test', emailVerified: true };
  const holder = person('b', address('new@corp.test'), had);
  expect(granted(person('a', address('b@corp.test', { userId: 'b' })), holder)).toEqual({ a: true, b: true });
  expect(granted(person('a', address('b@corp.test', { userId: 'b' })))).toEqual({ a: false });
  // Who has it unverified does not hold it.
  const unverified = person('c', address('new@corp.test'), { ...had, emailVerified: false });
  expect(granted(person('a', address('b@corp.test', { userId: 'c' })), unverified)).toEqual({ a: false, c: true });
});

test('beyond 10,000 who wait, people keep their names until the next run', () => {
  const many = Array.from({ length: 10_001 }, (_, at) => person(`p${at}`, name(`p${at + 1}`, `p${at + 1}`)));
  const all = granted(...many, person('p10001', name('free')));
  expect([all['p9999'], all['p10000'], all['p10001']]).toEqual([false, false, true]);
});

test('an address that is also the username of its holder stays theirs while the username does', () => {
  const both = { username: 'b@corp.test', email: 'b@corp.test', emailVerified: true };
  const holder = person('b', address('new@corp.test'), both);
  expect(granted(person('a', address('b@corp.test', { userId: 'b' })), holder)).toEqual({ a: false, b: true });
});

test('whoever waits for an address does not get a username that another gets', () => {
  const claims = new NameClaims();
  const had = { email: 'b@corp.test', emailVerified: true };
  const wants = [name('x'), address('b@corp.test', { userId: 'b' })];
  expect(claims.take(person('first', name('x')))).toEqual({ username: true, email: true });
  expect(claims.take(linkedPerson('a', wants))).toBe('wait');
  claims.take(person('b', address('new@corp.test'), had));
  expect([...claims.settled()].map((one) => one.granted)).toEqual([{ username: false, email: true }]);
});

test('somebody of whom nothing changes gives up nothing', () => {
  const still: PlannedPerson = { ...linkedPerson('b', []), wished: undefined };
  expect(granted(still, person('a', name('b', 'b')))).toMatchObject({ a: false });
});
