import { hash } from 'node:crypto';
import type { Snapshot } from '../../../access/evaluation/snapshot.js';
import type { Assignment } from '../../../base/assignment.js';
import { canonicalJson } from '../../../base/canonical-json.js';
import type { Json } from '../../../base/json.js';
import type { IdentityLink } from '../../../identity/links/identity-link.js';
import type { UserPatch } from '../../../identity/users/user-input.js';
import type { User } from '../../../identity/users/user.js';
import type { AccessPlan } from '../../provisioning/plan-access.js';
import type { FieldDiff, PersonDiff } from '../sync-diff.js';
import type { GrantedNames, PlannedPerson } from './planned-person.js';

/**
 * What changes of the person, with the names that they get. Undefined: nothing. Equal plans have equal digests, whatever random ids or
 * names they would get. Pure.
 */
export function personDiff(
  connector: string,
  person: PlannedPerson,
  granted: GrantedNames,
  snapshot: Snapshot,
): PersonDiff | undefined {
  const { base, read, mapped } = person;
  const { subject } = read.identity;
  const named = { subject, base, ...{ fields: [], gained: [], lost: [] } };
  const collided = (username: string, reason: string, userId?: string): PersonDiff => ({
    ...named,
    ...(userId !== undefined && { userId }),
    ...{ username, kind: 'collided', reason },
    digest: digestOf({ subject, userId: userId ?? '' }),
  });
  if (person.kind === 'refused') return collided(mapped.username ?? subject, person.reason, person.userId);
  const nameFault = granted.username ? undefined : nameReason(person);
  if (person.kind === 'new') {
    const username = mapped.username ?? '';
    if (nameFault !== undefined) return collided(username, nameFault);
    const { profile = {}, attributes = [], email } = person.made.fields;
    const { gained } = accessDiff(connector, [], person.access, snapshot);
    const emailVerified = mapped.emailVerified && granted.email;
    const fields: Json = {
      username,
      profile,
      attributes: [...attributes],
      ...(email !== undefined && { email, emailVerified }),
    };
    return {
      ...{ subject, base, username: mapped.username ?? subject, kind: 'new' },
      ...{ fields: fieldsOfNew(fields), gained: gained.map(({ label }) => label), lost: [] },
      ...(person.access?.conflict && { reason: 'assignments-refused' }),
      digest: digestOf({ subject, fields, gained: keysOf(gained) }),
    };
  }
  const { user, access, standing } = person;
  const patch = grantedPatch(person, granted);
  const { gained, lost } = accessDiff(connector, user.assignments, access, snapshot);
  const fields = fieldDiffs(user, patch);
  const reason = nameFault ?? (access?.conflict ? 'assignments-refused' : undefined);
  const formerSubject = formerSubjectOf(person);
  const isOther = standing !== undefined || person.kind === 'joined' || formerSubject !== undefined;
  const changes = fields.length + gained.length + lost.length > 0 || isOther;
  if (!changes) return reason === undefined ? undefined : collided(user.username, reason, user.id);
  return {
    ...{ subject, base, userId: user.id, username: user.username },
    ...(formerSubject !== undefined && { formerSubject }),
    kind: person.kind === 'joined' ? 'joined' : 'changed',
    ...{ fields, gained: gained.map(({ label }) => label), lost: lost.map(({ label }) => label) },
    ...(reason !== undefined && { reason }),
    ...(standing !== undefined && { standing }),
    digest: digestOf({
      ...{ subject, userId: user.id, joined: person.kind === 'joined' },
      ...{ patch: asJson(patch ?? {}), gained: keysOf(gained), lost: keysOf(lost) },
      ...(standing !== undefined && { standing }),
      ...(formerSubject !== undefined && { formerSubject }),
    }),
  };
}

/** The subject of the person's link if that is another one; undefined: it is the same. Pure. */
export const formerSubjectOf = (person: PlannedPerson): string | undefined =>
  person.kind === 'linked' && person.link.subject !== person.read.identity.subject ? person.link.subject : undefined;

/** That the upstream has the person no more. */
export function goneDiff({ subject, base, userId }: IdentityLink, username: string): PersonDiff {
  return {
    ...{ subject, userId, username, base: base ?? '', kind: 'changed', standing: 'gone' },
    ...{ fields: [], gained: [], lost: [] },
    digest: digestOf({ subject, userId, gone: true }),
  };
}

/** The changes that are made, without those that would change nothing. */
export function grantedPatch(
  { user, wished }: Extract<PlannedPerson, { readonly kind: 'linked' | 'joined' }>,
  granted: GrantedNames,
): UserPatch | undefined {
  if (!wished) return undefined;
  const { username, email, emailVerified, ...rest } = wished;
  const isVerified = emailVerified === true && granted.email;
  const isSameAddress = email === user.email && isVerified === user.emailVerified;
  const patch: UserPatch = {
    ...rest,
    ...(username !== undefined && granted.username && { username }),
    ...(email === null && { email }),
    ...(typeof email === 'string' && !isSameAddress && { email, emailVerified: isVerified }),
  };
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** A role or group that somebody gains or loses. `key`: the same before and after a mirrored group is made. */
interface NamedAccess {
  readonly key: string;
  readonly label: string;
}

function accessDiff(
  connector: string,
  before: readonly Assignment[],
  access: AccessPlan | undefined,
  snapshot: Snapshot,
): { readonly gained: readonly NamedAccess[]; readonly lost: readonly NamedAccess[] } {
  if (!access) return { gained: [], lost: [] };
  const [had, has] = [before, access.assignments].map((all) => new Set(all.map(({ id }) => id)));
  const created = access.conflict
    ? []
    : access.mirrors.creations.map(({ upstreamId, name }) => ({ key: `mirror ${upstreamId}`, label: `group ${name}` }));
  return {
    gained: [...access.assignments.filter(({ id }) => had?.has(id) !== true).map(named), ...created],
    lost: before.filter(({ id }) => has?.has(id) !== true).map(named),
  };

  function named({ kind, target }: Assignment): NamedAccess {
    const label = accessLabel({ kind, target }, snapshot);
    const group = kind === 'membership' ? snapshot.groups.get(target) : undefined;
    const mirrored = group?.connector === connector ? group.upstreamId : undefined;
    return { key: mirrored === undefined ? `${kind} ${target}` : `mirror ${mirrored}`, label };
  }
}

/** As people read it: `group sales`. */
export function accessLabel(
  { kind, target }: Pick<Assignment, 'kind' | 'target'>,
  { groups, roles }: Pick<Snapshot, 'groups' | 'roles'>,
): string {
  if (kind === 'role') return `role ${roles.get(target)?.name ?? target}`;
  return `group ${groups.get(target)?.name ?? target}`;
}

const nameReason = ({ wants }: PlannedPerson): string =>
  wants.some(({ of, holder }) => of === 'username' && holder === 'unavailable') ? 'username-refused' : 'username-taken';

function fieldDiffs({ profile, attributes }: User, patch: UserPatch | undefined): readonly FieldDiff[] {
  if (!patch) return [];
  const all: FieldDiff[] = [];
  const add = (field: string, isEmptied = false): unknown => all.push({ field, isEmptied });
  if (patch.username !== undefined) add('username');
  if (patch.email !== undefined) add('email', patch.email === null);
  const { address, ...flat } = patch.profile ?? {};
  for (const [field, value] of Object.entries(flat)) {
    // It goes with its number.
    if (!(field === 'phoneNumberVerified' && flat['phoneNumber'] !== undefined)) add(field, value === null);
  }
  if (address !== undefined) {
    const [before, after] = [profile.address ?? {}, address ?? {}].map(
      (one) => new Map<string, unknown>(Object.entries(one)),
    );
    for (const field of new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])) {
      if (before?.get(field) !== after?.get(field)) add(`address.${field}`, after?.has(field) !== true);
    }
  }
  if (patch.attributes) {
    const [before, after] = [attributes, patch.attributes].map((list) => Map.groupBy(list, ({ name }) => name));
    for (const name of new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])) {
      const [was, is] = [before, after].map((one) => canonicalJson((one?.get(name) ?? []).map(({ value }) => value)));
      if (was !== is) add(`attributes.${name}`, after?.has(name) !== true);
    }
  }
  return all;
}

function fieldsOfNew(fields: Json): readonly FieldDiff[] {
  const {
    profile = {},
    attributes = [],
    username,
    email,
  } = fields as unknown as {
    readonly profile?: object;
    readonly attributes?: readonly { readonly name: string }[];
    readonly username?: string;
    readonly email?: string;
  };
  const names = [
    ...(username === '' ? [] : ['username']),
    ...(email === undefined ? [] : ['email']),
    ...Object.keys(profile),
    ...new Set(attributes.map(({ name }) => `attributes.${name}`)),
  ];
  return names.map((field) => ({ field, isEmptied: false }));
}

const keysOf = (access: readonly NamedAccess[]): Json => access.map(({ key }) => key).sort();
/** A patch is JSON but for `null`, which removes a value. */
function asJson(patch: unknown): Json {
  if (patch === null) return { removed: true };
  if (typeof patch !== 'object') return patch as Json;
  return Object.fromEntries(Object.entries(patch).map(([field, value]) => [field, asJson(value)]));
}
/** Of each kind of diff with other fields, so that none has the digest of another kind. */
const digestOf = (content: Json): string => hash('sha256', canonicalJson(content), 'base64url');
