import type { MappedUser } from '../../../../src/federation/mapping/map-identity.js';
import type { AccessPlan } from '../../../../src/federation/provisioning/plan-access.js';
import { personDiff } from '../../../../src/federation/sync/plan/person-diff.js';
import {
  ALL_GRANTED,
  type PlannedPerson,
  type WantedName,
} from '../../../../src/federation/sync/plan/planned-person.js';
import type { User } from '../../../../src/identity/users/user.js';
import { assignment, group, role, snapshotOf } from '../../../access/world.js';
import { linkedPerson, linkOf, userOf } from './planned.js';

export type Linked = Extract<PlannedPerson, { readonly kind: 'linked' }>;
export type New = Extract<PlannedPerson, { readonly kind: 'new' }>;

const mirrored = (id: string, connector: string) => ({ ...group(id), connector, upstreamId: 'U' });
const snapshot = snapshotOf({
  groups: [group('g'), mirrored('m', 'corp'), mirrored('other-m', 'other')],
  ...{ roles: [role('r')], servers: [] },
});
export const [ROLE, GROUP] = [assignment('role', 'r'), assignment('membership', 'g')];
/** Mirrors of the group `U` of `corp`, and of another connector. */
export const [MIRROR, OTHERS] = [assignment('membership', 'm'), assignment('membership', 'other-m')];

/** A plan that ends in these assignments, and makes these groups of the upstream. */
export const access = (assignments: AccessPlan['assignments'], created: readonly string[] = []): AccessPlan => ({
  ...{ assignments, reduced: [], unknown: [] },
  mirrors: {
    ...{ existing: [], renamings: [], leftOut: { tooMany: 0, nameTaken: 0 } },
    creations: created.map((upstreamId) => ({ upstreamId, upstreamName: 'x', name: `name of ${upstreamId}` })),
  },
});

/** Anna, the user `id-1`, whom the directory knows as `s-1`. */
export function linked(changes: Partial<Linked> = {}, fields: Partial<User> = {}): Linked {
  const one = linkedPerson('id-1', []);
  return {
    ...{ ...one, user: userOf('id-1', { username: 'anna', ...fields }), link: linkOf('id-1', { subject: 's-1' }) },
    ...{ read: { ...one.read, identity: { subject: 's-1', claims: new Map() } }, wished: undefined, ...changes },
  };
}
export const joined = (changes: Partial<Linked> = {}): PlannedPerson => {
  const { link: _, ...rest } = linked(changes);
  return { ...rest, kind: 'joined' };
};
export function newPerson(
  mapped: Partial<MappedUser> = {},
  { fields = {}, plan, wants = [] }: { fields?: New['made']['fields']; plan?: AccessPlan; wants?: WantedName[] } = {},
): New {
  const { base, read, mapped: nothing } = linked();
  const made: New['made'] = { username: 'made', otherName: 'other', fields, access: undefined, addressOf: [] };
  return { ...{ kind: 'new', base, read, made, access: plan, wants }, mapped: { ...nothing, ...mapped } };
}
export const refusedPerson = (mapped: Partial<MappedUser>, more: object = {}): PlannedPerson => {
  const { base, read, mapped: nothing } = linked();
  return {
    ...{ kind: 'refused', base, read, wants: [], reason: 'user-missing', ...more },
    mapped: { ...nothing, ...mapped },
  };
};

export const diffOf = (person: PlannedPerson, granted = ALL_GRANTED) => personDiff('corp', person, granted, snapshot);
