/** The digest of what a run shows of a person: by it, nothing else than that happens. */
import { expect, test } from '@jest/globals';
import type { MappedUser } from '../../../../src/federation/mapping/map-identity.js';
import { goneDiff } from '../../../../src/federation/sync/plan/person-diff.js';
import { ALL_GRANTED } from '../../../../src/federation/sync/plan/planned-person.js';
import type { UserPatch } from '../../../../src/identity/users/user-input.js';
import { assignment } from '../../../access/world.js';
import { access, diffOf, GROUP, joined, linked, MIRROR, newPerson, OTHERS, refusedPerson, ROLE } from './anna.js';
import { linkOf, userOf } from './planned.js';

const wishing = (wished: UserPatch) => diffOf(linked({ wished }));
const NO_ADDRESS = { username: true, email: false };
const phone = (value: unknown) => wishing({ profile: { phoneNumber: value } });
const gaining = (...all: Parameters<typeof access>) => diffOf(linked({ access: access(...all) }));
const losing = (target: typeof ROLE) => diffOf(linked({ access: access([]) }, { assignments: [target] }));
const withEmail = (mapped: Partial<MappedUser>, granted = ALL_GRANTED, email = 'a@corp.test') =>
  diffOf(newPerson(mapped, { fields: { email } }), granted);
const other = { read: { ...linked().read, identity: { subject: 's-2', claims: new Map<string, string[]>() } } };
const from = (subject: string) => diffOf(linked({ link: linkOf('id-1', { subject }) }));
const disabled = { standing: 'disabled' } as const;
const floor = (...values: readonly string[]) => values.map((value) => ({ name: 'floor', value }));
type Diff = ReturnType<typeof diffOf>;

test.each<[string, Diff, Diff]>([
  ['value', wishing({ username: 'b' }), wishing({ username: 'c' })],
  ['value within a profile', phone('1'), phone('2')],
  ['value that ends', phone(null), phone('null')],
  ['attribute', wishing({ attributes: floor('1') }), wishing({ attributes: floor('2') })],
  ['role gained', gaining([ROLE]), gaining([assignment('role', 'r2')])],
  ['group gained, and not a role of that id', gaining([assignment('role', 'g')]), gaining([GROUP])],
  ['mirrored group gained, and not a role of that id', gaining([assignment('role', 'm')]), gaining([MIRROR])],
  ['group created', gaining([], ['new']), gaining([], ['new2'])],
  ['role lost', losing(ROLE), losing(assignment('role', 'r2'))],
  ['standing', diffOf(linked(disabled)), diffOf(linked({ standing: 'expired' }))],
  ['former subject', from('f1'), from('f2')],
  [
    'subject',
    diffOf(linked(disabled)),
    diffOf(linked({ ...disabled, ...other, link: linkOf('id-1', { subject: 's-2' }) })),
  ],
  ['user', diffOf(linked(disabled)), diffOf(linked({ ...disabled, user: userOf('id-2') }))],
  ['link that is new', wishing({ username: 'b' }), diffOf(joined({ wished: { username: 'b' } }))],
  ['name of somebody new', diffOf(newPerson({ username: 'b' })), diffOf(newPerson({ username: 'c' }))],
  ['address of somebody new', withEmail({}), withEmail({}, ALL_GRANTED, 'b@corp.test')],
  ['address that is verified', withEmail({ emailVerified: true }), withEmail({ emailVerified: true }, NO_ADDRESS)],
  [
    'profile of somebody new',
    diffOf(newPerson({}, { fields: { profile: { name: 'A' } } })),
    diffOf(newPerson({}, { fields: { profile: { name: 'B' } } })),
  ],
  [
    'attribute of somebody new',
    diffOf(newPerson({}, { fields: { attributes: floor('1') } })),
    diffOf(newPerson({}, { fields: { attributes: floor('2') } })),
  ],
  [
    'role of somebody new',
    diffOf(newPerson({}, { plan: access([ROLE]) })),
    diffOf(newPerson({}, { plan: access([GROUP]) })),
  ],
  ['subject of somebody new', diffOf(newPerson()), diffOf({ ...newPerson(), ...other })],
  ['subject of somebody refused', diffOf(refusedPerson({})), diffOf(refusedPerson({}, other))],
  ['user of somebody refused', diffOf(refusedPerson({})), diffOf(refusedPerson({}, { userId: 'id-1' }))],
  ['subject that is gone', goneDiff(linkOf('id-1'), 'a'), goneDiff(linkOf('id-1', { subject: 's-2' }), 'a')],
  ['user who is gone', goneDiff(linkOf('id-1'), 'a'), goneDiff(linkOf('id-2', { subject: 'id-1' }), 'a')],
  [
    'end: who is gone did not collide',
    goneDiff(linkOf('id-1', { subject: 's-1' }), 'a'),
    diffOf(refusedPerson({}, { userId: 'id-1' })),
  ],
])('a digest is another one with another %s', (_what, one, another) => {
  expect(one?.digest).toMatch(/^[\w-]{43}$/);
  expect(another?.digest).not.toBe(one?.digest);
});

test.each<[string, Diff, Diff]>([
  ['the order of roles', gaining([ROLE, GROUP]), gaining([GROUP, ROLE])],
  ['the id of an assignment', gaining([ROLE]), gaining([assignment('role', 'r')])],
  ['whether a mirrored group exists', gaining([], ['U']), gaining([MIRROR])],
  [
    'the name of somebody who is made without one',
    diffOf(newPerson()),
    diffOf({ ...newPerson(), made: { ...newPerson().made, otherName: 'x' } }),
  ],
  [
    'an address that is nobody’s',
    diffOf(newPerson({ emailVerified: true })),
    diffOf(newPerson({ emailVerified: true }), NO_ADDRESS),
  ],
  ['an address that is not verified', withEmail({}), withEmail({}, NO_ADDRESS)],
])('a digest does not depend on %s', (_what, one, another) => {
  expect(one?.digest).toBeDefined();
  expect(another?.digest).toBe(one?.digest);
});

test('a digest knows a group that another connector mirrors from one of the same id', () => {
  expect(gaining([OTHERS])?.digest).not.toBe(gaining([MIRROR])?.digest);
  expect(gaining([OTHERS])?.digest).not.toBe(gaining([], ['U'])?.digest);
});
