import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Assignment } from '../../base/assignment.js';
import type { Attribute } from '../../identity/users/profile.js';
import type { SignInExplanation } from './explain-sign-in.js';
import type { AccessPlan } from './plan-access.js';

/** What an explained sign-in would change, with the names that the changes need. */
export type ExplainedChanges = Pick<SignInExplanation, 'plan' | 'update'> & {
  readonly snapshot: Pick<Snapshot, 'roles' | 'groups'>;
};

export interface FieldChange {
  readonly field: string;
  readonly before?: string;
  readonly after: string;
}

export interface MirrorChange {
  readonly name: string;
  readonly change: 'created' | 'renamed';
  /** The name there, or the name before. */
  readonly from: string;
}

export interface AccessChange {
  readonly kind: 'role' | 'group';
  readonly name: string;
  readonly change: 'added' | 'removed';
}

/** Undefined: groups were not reported. Pure. */
export const accessOf = ({ plan, update }: Pick<SignInExplanation, 'plan' | 'update'>): AccessPlan | undefined =>
  'made' in plan ? plan.made.access : update?.access;

/** Pure. */
export function fieldChanges({ plan, update }: Pick<SignInExplanation, 'plan' | 'update'>): readonly FieldChange[] {
  if ('made' in plan) return [...flat(plan.made.fields)].map(([field, after]) => ({ field, after }));
  const patch = update?.fields.patch;
  if (!('user' in plan) || !patch) return [];
  const before = flat(plan.user);
  return [...flat(patch)].map(([field, after]) => {
    const value = before.get(field);
    return { field, ...(value !== undefined && { before: value }), after };
  });
}

/** The fields that a mapping sets, as text. */
function flat(user: {
  readonly username?: string;
  readonly email?: string | null;
  readonly emailVerified?: boolean;
  readonly profile?: object;
  readonly attributes?: readonly Attribute[];
}): ReadonlyMap<string, string> {
  const { username, email, emailVerified, profile = {}, attributes } = user;
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return new Map([
    ...(username === undefined ? [] : ([['username', username]] as const)),
    ...(typeof email !== 'string' ? [] : ([['email', email]] as const)),
    ...(emailVerified === undefined ? [] : ([['emailVerified', String(emailVerified)]] as const)),
    ...Object.entries(profile).map(([name, value]) => [`profile.${name}`, text(value)] as const),
    ...(attributes === undefined || attributes.length === 0
      ? []
      : ([['attributes', attributes.map(({ name, value }) => `${name}=${value}`).join(', ')]] as const)),
  ]);
}

/** Pure. */
export function mirrorChanges(explained: Pick<SignInExplanation, 'plan' | 'update'>): readonly MirrorChange[] {
  const { creations = [], renamings = [] } = accessOf(explained)?.mirrors ?? {};
  return [
    ...creations.map(({ name, upstreamName: from }): MirrorChange => ({ name, change: 'created', from })),
    ...renamings.map(({ name, group }): MirrorChange => ({ name, change: 'renamed', from: group.name })),
  ];
}

/** Pure. */
export function accessChanges(explained: ExplainedChanges): readonly AccessChange[] {
  const { plan, snapshot } = explained;
  const access = accessOf(explained);
  if (!access) return [];
  const before: readonly Assignment[] = 'user' in plan ? plan.user.assignments : [];
  const without = (all: readonly Assignment[], others: readonly Assignment[]): readonly Assignment[] =>
    all.filter(({ id }) => !others.some((other) => other.id === id));
  const shown =
    (change: AccessChange['change']) =>
    ({ kind, target }: Assignment): AccessChange =>
      kind === 'role'
        ? { kind, name: snapshot.roles.get(target)?.name ?? target, change }
        : { kind: 'group', name: snapshot.groups.get(target)?.name ?? target, change };
  return [
    ...without(access.assignments, before).map(shown('added')),
    ...without(before, access.assignments).map(shown('removed')),
  ];
}
