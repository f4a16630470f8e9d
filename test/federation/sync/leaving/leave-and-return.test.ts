/** Which sessions end when somebody leaves an upstream. The services are scripted; test/flows/ldap-leaving.test.ts has the real ones. */
import { expect, test } from '@jest/globals';
import type { Saved } from '../../../../src/changes/change-result.js';
import { leaveAndReturn } from '../../../../src/federation/sync/leaving/leave-and-return.js';
import type { IdentityLink } from '../../../../src/identity/links/identity-link.js';
import type { User } from '../../../../src/identity/users/user.js';
import type { Proof } from '../../../../src/sessions/proof.js';
import type { Stored } from '../../../../src/storage/spec.js';
import { by } from '../../../realm-file/realm.js';
import { linkOf, userOf } from '../plan/planned.js';

const proof = (connector: string, factor: NonNullable<Proof['factor']> = 'first'): Proof => ({
  ...{ method: 'pwd', at: 0, connector, factor },
});
const SESSIONS: ReadonlyMap<string, readonly Proof[]> = new Map([
  ['by corp', [proof('corp')]],
  ['by primary', [proof('primary')]],
  ['by corp with a second factor', [proof('corp'), { ...proof('primary', 'second'), method: 'otp' }]],
  ['by primary, then confirmed by corp', [proof('primary'), proof('corp')]],
]);

/** What ends for a user of `primary` with a link to `corp`. */
async function ended(
  as: 'gone' | 'disabled',
  { links, saved }: { readonly links?: readonly Stored<IdentityLink>[]; readonly saved?: Saved<Stored<User>> } = {},
): Promise<readonly string[]> {
  const user = userOf('anna', { userstore: 'primary' });
  const link = linkOf('anna');
  const all: string[] = [];
  const leaving = leaveAndReturn({
    links: {
      of: async () => links ?? [{ ...link, suspendedAs: as, suspendedAt: 1 }],
      suspend: async () => saved ?? { ok: true, value: user },
      resume: async () => ({ ok: true, value: user }),
    },
    sessions: {
      list: async () => ({ rows: [...SESSIONS].map(([id, proofs]) => ({ id, proofs })) }) as never,
      end: async (_by, id) => {
        all.push(id);
        return { ok: true, value: undefined } as never;
      },
    },
  });
  const person = { connector: 'corp', user, link };
  await (as === 'gone' ? leaving.gone(by, person) : leaving.disabled(by, person, as));
  return all;
}

test.each(['gone', 'disabled'] as const)(
  'sessions that the account began end once it is %s, and no others',
  async (as) => {
    expect(await ended(as)).toEqual(['by corp', 'by corp with a second factor']);
  },
);

test('none ends while another account of the person there goes on', async () => {
  const suspended = { ...linkOf('anna'), suspendedAs: 'gone', suspendedAt: 1 } as const;
  expect(await ended('gone', { links: [suspended, { ...linkOf('anna'), id: 'second', subject: 'anna2' }] })).toEqual(
    [],
  );
  // An account at another upstream is no reason.
  const elsewhere = { ...linkOf('anna'), id: 'third', connector: 'other' };
  expect(await ended('gone', { links: [suspended, elsewhere] })).toHaveLength(2);
});

test('none ends if the link could not be suspended', async () => {
  const saved = { ok: false, refusal: { code: 'forbidden', problems: [] } } as const;
  expect(await ended('gone', { saved })).toEqual([]);
});
