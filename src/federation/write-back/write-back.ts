import { problem } from '../../base/problems/problem.js';
import { readInput } from '../../base/problems/read-input.js';
import { retryOnConflict } from '../../base/retry-on-conflict.js';
import type { Actor } from '../../changes/actor.js';
import { invalid, type Saved } from '../../changes/change-result.js';
import { mergeFields } from '../../changes/merge-fields.js';
import type { UserPasswords } from '../../identity/passwords/user-passwords.js';
import { profileInput, profilePatch } from '../../identity/users/profile.js';
import type { UserPatch } from '../../identity/users/user-input.js';
import type { User } from '../../identity/users/user.js';
import type { Users } from '../../identity/users/users.js';
import type { Stored } from '../../storage/spec.js';
import type { PasswordReset } from '../contract/upstream-writer.js';
import { mapIdentity } from '../mapping/map-identity.js';
import type { BringUpToDate } from '../provisioning/bring-up-to-date.js';
import { claimChanges } from './claim-changes.js';
import { changedFields, profileTexts, withTexts } from './profile-texts.js';
import type { UpstreamShare, UpstreamShareOf } from './upstream-share.js';
import type { NotSetFault, NotWrittenFault } from './write-back-problems.js';

/** Changes users, and the directories where they live. */
export interface WriteBack {
  readonly shareOf: UpstreamShareOf;
  /** Why a field, as a mapping names it, can not be changed here alone: it comes from the user's directory. Undefined: it can. */
  fieldFault(user: User, field: string): Promise<Saved<never> | undefined>;
  /**
   * Changes the fields that the patch names. Those that come from the user's directory are changed there first. Refused as
   * `Users.update` is, as `invalid` with `field-elsewhere` or `directory-not-written`.
   */
  update(by: Actor, user: Stored<User>, patch: UserPatch): Promise<Saved<Stored<User>>>;
  /**
   * Sets the password in the user's directory, and ends all of their sessions. Refused as `invalid` with `password-elsewhere` or
   * `directory-password-not-set`, and as `missing`, `changed`. The value is whether the directory marked it as one to be changed.
   */
  resetPassword(by: Actor, user: Stored<User>, reset: PasswordReset): Promise<Saved<{ readonly mustChange: boolean }>>;
}

const MOST_TRIES = 4;

export function writingBack(parts: {
  readonly shareOf: UpstreamShareOf;
  readonly users: Pick<Users, 'update'>;
  readonly passwords: Pick<UserPasswords, 'setElsewhere'>;
  readonly bringUpToDate: BringUpToDate;
}): WriteBack {
  const { shareOf, users, passwords, bringUpToDate } = parts;

  return {
    shareOf,

    async fieldFault(user, field) {
      const share = await shareOf(user);
      return share?.owned.includes(field) === true ? fieldElsewhere(share, field) : undefined;
    },

    async update(by, user, patch) {
      const share = await shareOf(user);
      const wanted = readInput(profileInput, mergeFields({ ...user.profile }, patch.profile ?? {}));
      // The ordinary change refuses what is wrong with it.
      if (!share || !wanted.ok) return users.update(by, user.id, patch, user.version);
      const theirs = changedFields(user, patch, wanted.value).filter((field) => share.owned.includes(field));
      if (theirs.length === 0) return users.update(by, user.id, patch, user.version);
      const closed = theirs.find((field) => !share.writable.includes(field));
      if (closed !== undefined) return fieldElsewhere(share, closed);
      const texts = profileTexts(wanted.value);
      const values = new Map(theirs.map((field) => [field, texts.get(field)] as const));
      const written = await writeThere(by, user, share, values);
      if (!written.ok) return written;
      const profile = profilePatch(user.profile, withTexts(wanted.value, written.value));
      const update = () => users.update(by, user.id, { ...patch, profile }, undefined, share.connector.id);
      return retryOnConflict(update, isChanged, { most: MOST_TRIES });
    },

    async resetPassword(by, user, reset) {
      const share = await shareOf(user);
      const at = share?.password.reset === true ? share.upstream : undefined;
      if (!share || !at?.at.setPassword) {
        const { username, userstore } = user;
        return invalid(problem('password-elsewhere', ['password'], { username, userstore }));
      }
      const { connector } = share;
      const notSet = (fault: NotSetFault) =>
        invalid(problem('directory-password-not-set', ['password'], { connector: connector.displayName, fault }));
      const outcome = await at.at.setPassword(at.link.subject, reset);
      switch (outcome.kind) {
        case 'set': {
          const saved = await passwords.setElsewhere(by, user.id, connector.id, async () => []);
          return saved.ok ? { ok: true, value: { mustChange: outcome.mustChange } } : saved;
        }
        case 'not-changed':
          return notSet(outcome.fault);
        case 'unknown':
          return notSet('barred');
        case 'unavailable':
        case 'upstream-error':
        case 'misconfigured':
          return notSet('unavailable');
      }
    },
  };

  /** Changes the fields in the directory. The value is what its entry says of them afterwards. */
  async function writeThere(
    by: Actor,
    user: Stored<User>,
    { connector, upstream }: UpstreamShare,
    wanted: ReadonlyMap<string, string | undefined>,
  ): Promise<Saved<ReadonlyMap<string, string | undefined>>> {
    const refusal = (fault: NotWrittenFault) => notWritten(connector.displayName, fault);
    if (!upstream?.at.writeProfile) return refusal('unavailable');
    const { at, link } = upstream;
    const { subject } = link;
    const read = async () => {
      const found = await at.lookup(subject);
      return found.kind === 'found'
        ? ({ ok: true, identity: found.identity, mapped: mapIdentity(connector.mapping, found.identity) } as const)
        : ({ ok: false, fault: READ_FAULTS[found.kind] } as const);
    };
    const before = await read();
    if (!before.ok) return refusal(before.fault);
    const [ours, theirs] = [profileTexts(user.profile), profileTexts(before.mapped.profile)];
    const hasMoved = [...wanted.keys()].some((field) => theirs.has(field) && theirs.get(field) !== ours.get(field));
    if (hasMoved) {
      // So that the person sees what the directory has now.
      await bringUpToDate(by, connector, user, link, before.mapped);
      return refusal('moved');
    }
    const changes = claimChanges(connector.mapping, before.identity.claims, theirs, wanted);
    if (!changes) return refusal('several-values');
    const outcome = await upstream.at.writeProfile(subject, changes);
    switch (outcome.kind) {
      case 'unknown':
        return refusal('barred');
      case 'unavailable':
      case 'upstream-error':
      case 'misconfigured':
        return refusal('unavailable');
      case 'not-written':
        if (outcome.fault !== 'unanswered') return refusal(outcome.fault);
        break;
      case 'written':
        break;
    }
    const isWritten = outcome.kind === 'written';
    const after = await read();
    if (!after.ok) return refusal(isWritten ? 'not-read' : 'unanswered');
    const told = profileTexts(after.mapped.profile);
    const values = new Map([...wanted.keys()].map((field) => [field, told.get(field)] as const));
    // The lost request never arrived.
    if (!isWritten && [...wanted].some(([field, value]) => values.get(field) !== value)) return refusal('unavailable');
    return { ok: true, value: values };
  }
}

const READ_FAULTS = {
  unknown: 'barred',
  locked: 'barred',
  disabled: 'barred',
  expired: 'barred',
  unavailable: 'unavailable',
  'upstream-error': 'unavailable',
  misconfigured: 'unavailable',
} as const;

const fieldElsewhere = ({ connector }: UpstreamShare, field: string): Saved<never> =>
  invalid(problem('field-elsewhere', [field], { field, connector: connector.displayName }));

const notWritten = (connector: string, fault: NotWrittenFault) =>
  invalid(problem('directory-not-written', [], { connector, fault }));

const isChanged = (saved: Saved<unknown>): boolean => !saved.ok && saved.refusal.code === 'changed';
