import { isDeepStrictEqual } from 'node:util';
import { replaceAssignments } from '../../../access/model/assign.js';
import { now } from '../../../base/clock.js';
import type { Actor } from '../../../changes/actor.js';
import type { ChangeRefusal, Saved } from '../../../changes/change-result.js';
import type { IdentityLink } from '../../../identity/links/identity-link.js';
import type { IdentityLinks } from '../../../identity/links/identity-links.js';
import type { User } from '../../../identity/users/user.js';
import type { Users } from '../../../identity/users/users.js';
import type { Held } from '../../../storage/leases/lease-holder.js';
import type { Stored } from '../../../storage/spec.js';
import type { Leaving } from '../leaving.js';
import { firstNoteOf } from '../plan/note-of.js';
import { formerSubjectOf, grantedPatch } from '../plan/person-diff.js';
import type { GrantedNames, PlannedPerson } from '../plan/planned-person.js';
import type { StandingChange } from '../sync-diff.js';

export interface ApplyingParts {
  readonly users: Pick<Users, 'get' | 'create' | 'update' | 'replaceAssignments' | 'confirm'>;
  readonly links: Pick<IdentityLinks, 'add' | 'changeSubject'>;
  readonly leaving: Leaving;
}

/** What happened to one person. */
export type AppliedPerson =
  | { readonly kind: 'done' }
  /** The username, or that the address is verified, follows once it is free. */
  | { readonly kind: 'name-follows' | 'address-follows'; readonly userId: string }
  /** Somebody changed the person meanwhile: the next run takes them up. */
  | { readonly kind: 'overtaken' }
  /** Not everything could be changed. */
  | { readonly kind: 'refused'; readonly reason: string };

type Linked = Extract<PlannedPerson, { readonly kind: 'linked' | 'joined' }>;
type New = Extract<PlannedPerson, { readonly kind: 'new' }>;

/** Whether a name that the person is to get is somebody else's at this moment. */
export const isHeld = ({ wants }: PlannedPerson, name: 'username' | 'email'): boolean =>
  wants.some(({ of, holder }) => of === name && holder !== 'nobody');

/** Creates the user with the link in one commit, as a sign-in does. */
export async function applyNew(
  { users }: ApplyingParts,
  by: Actor,
  connector: string,
  person: New,
  granted: GrantedNames,
): Promise<readonly AppliedPerson[]> {
  const { made, mapped, read, access } = person;
  const link = { connector, issuer: '', subject: read.identity.subject, ...firstNoteOf(person) };
  const isVerified = mapped.emailVerified && granted.email;
  const fields = {
    ...made.fields,
    ...{ username: mapped.username ?? made.otherName, link, confirmations: [{ connector, at: now() }] },
    ...(mapped.email !== undefined && { emailVerified: isVerified && !isHeld(person, 'email') }),
  };
  const assignments = access?.assignments ?? [];
  let saved = await users.create(by, { ...fields, assignments });
  const lost: AppliedPerson[] = [];
  if (!saved.ok && saved.refusal.code === 'forbidden' && assignments.length > 0) {
    lost.push({ kind: 'refused', reason: 'assignments-refused' });
    saved = await users.create(by, { ...fields, assignments: [] });
  }
  if (!saved.ok) return [failed(saved.refusal)];
  const follows = isVerified && isHeld(person, 'email');
  return [...lost, follows ? { kind: 'address-follows', userId: saved.value.id } : { kind: 'done' }];
}

/** Changes a user, who gets a link first if they have none. */
export async function applyLinked(
  parts: ApplyingParts,
  by: Actor & { readonly held: Held },
  connector: string,
  person: Linked,
  granted: GrantedNames,
): Promise<readonly AppliedPerson[]> {
  const { users, links, leaving } = parts;
  const upstream = { connector, issuer: '', subject: person.read.identity.subject };
  const results: AppliedPerson[] = [];
  let { user }: { user: Stored<User> } = person;
  let link: Stored<IdentityLink> | undefined;
  if (person.kind === 'joined') {
    const linked = await links.add(by, user.id, { ...upstream, ...firstNoteOf(person) }, user);
    if (!linked.ok) return [failed(linked.refusal)];
    const current = await users.get(user.id);
    if (!current) return [{ kind: 'overtaken' }];
    user = current;
  } else link = person.link;

  if (link && formerSubjectOf(person) !== undefined) {
    const moved = await links.changeSubject(by, link, upstream.subject);
    if (!moved.ok) return [failed(moved.refusal)];
    link = moved.value;
  }

  if (link && person.standing !== undefined) {
    const stood = await stand(leaving, by, { connector, user, link }, person.standing);
    if (!stood.ok) return [failed(stood.refusal)];
    user = (await users.get(user.id)) ?? stood.value;
  }

  const patch = grantedPatch(person, granted);
  if (patch) {
    const nameFollows = patch.username !== undefined && isHeld(person, 'username');
    const addressFollows = patch.emailVerified === true && isHeld(person, 'email');
    const { username: _, ...rest } = patch;
    const now = {
      ...(nameFollows ? rest : patch),
      ...(addressFollows && { emailVerified: false }),
    };
    const saved = Object.keys(now).length > 0 ? await users.update(by, user.id, now) : ok(user);
    if (!saved.ok) results.push(failed(saved.refusal));
    else {
      user = saved.value;
      if (nameFollows) results.push({ kind: 'name-follows', userId: user.id });
      if (addressFollows) results.push({ kind: 'address-follows', userId: user.id });
    }
  }
  const given = await giveAccess(parts, by, connector, person, user);
  return [...results, ...(given ? [given] : [])];
}

/** What is taken away is taken away although something else of the person was refused. */
async function giveAccess(
  { users }: ApplyingParts,
  by: Actor & { readonly held: Held },
  connector: string,
  { access, user: planned }: Linked,
  user: Stored<User>,
): Promise<AppliedPerson | undefined> {
  if (!access) return undefined;
  if (!isDeepStrictEqual(user.assignments, planned.assignments)) return { kind: 'overtaken' };
  if (isDeepStrictEqual(access.assignments, user.assignments)) return undefined;
  let saved = await replaceAssignments(by, users, user, access.assignments);
  let refused: AppliedPerson | undefined;
  if (!saved.ok && saved.refusal.code === 'forbidden') {
    refused = { kind: 'refused', reason: 'assignments-refused' };
    saved = await replaceAssignments(by, users, user, access.reduced);
  }
  if (!saved.ok) return refused ?? failed(saved.refusal);
  const isConfirmed = saved.value.confirmations?.some((one) => one.connector === connector) === true;
  // Access that nobody ever confirmed does not begin.
  if (!isConfirmed && !(await users.confirm(saved.value, connector, by.held))) return { kind: 'overtaken' };
  return refused;
}

function stand(
  leaving: Leaving,
  by: Actor,
  person: Parameters<Leaving['gone']>[1],
  standing: StandingChange,
): Promise<Saved<Stored<User>>> {
  switch (standing) {
    case 'gone':
      return leaving.gone(by, person);
    case 'returned':
      return leaving.returned(by, person);
    case 'enabled':
      return leaving.enabled(by, person);
    case 'disabled':
    case 'expired':
      return leaving.disabled(by, person, standing);
  }
}

export function failed({ code, problems }: ChangeRefusal): AppliedPerson {
  if (code === 'changed' || code === 'missing') return { kind: 'overtaken' };
  const isName = problems.some(({ path }) => path[0] === 'username');
  return { kind: 'refused', reason: isName ? 'username-taken' : (problems[0]?.code ?? code) };
}

const ok = <T>(value: T): Saved<T> => ({ ok: true, value });
