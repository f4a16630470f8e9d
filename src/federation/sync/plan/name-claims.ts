import { foldEmail, foldIdentifier } from '../../../identity/identifiers/normalize-identifier.js';
import type { User } from '../../../identity/users/user.js';
import type { GrantedNames, PlannedPerson, WantedName } from './planned-person.js';

/** More people than that do not wait for each other's names; the rest keep theirs until the next run. */
const MOST_WAITING = 10_000;

/** Somebody who gets a name only if the one who has it gives it up in the same run. */
interface WaitingPerson {
  readonly person: PlannedPerson;
  readonly denied: ReadonlySet<WantedName['of']>;
}

interface Release {
  readonly userId: string;
  /** The name is given up only if this subject gets the new one. */
  readonly ifRenamed?: string;
}

/**
 * Who gets which username and verified address, when people of one userstore change theirs in one run: also when two swap them, or more do
 * in a circle. The first who is read gets a name that two want.
 */
export class NameClaims {
  readonly #claims = new Map<string, string>();
  readonly #releases = new Map<string, Release>();
  readonly #waiting = new Map<string, WaitingPerson>();

  /** Which names the person gets; `wait`: it is known at the end. */
  take(person: PlannedPerson): GrantedNames | 'wait' {
    const { subject } = person.read.identity;
    const denied = new Set<WantedName['of']>();
    let waits = false;
    for (const { of, value, holder } of person.wants) {
      const isClaimed = (this.#claims.get(value) ?? subject) !== subject;
      if (holder === 'unavailable' || isClaimed) denied.add(of);
      else {
        this.#claims.set(value, subject);
        waits ||= holder !== 'nobody';
      }
    }
    if (waits && this.#waiting.size >= MOST_WAITING) {
      for (const { of, holder } of person.wants) if (holder !== 'nobody') denied.add(of);
      waits = false;
    }
    if (person.kind === 'linked' || person.kind === 'joined') this.#release(person, denied, waits);
    if (!waits) return { username: !denied.has('username'), email: !denied.has('email') };
    this.#waiting.set(subject, { person, denied });
    return 'wait';
  }

  /** Those who waited, with the names that they get. Called once, after everybody was read. */
  *settled(): Generator<{ readonly person: PlannedPerson; readonly granted: GrantedNames }> {
    const known = new Map<string, boolean>();
    for (const { person, denied } of this.#waiting.values()) {
      const gets = (of: WantedName['of']): boolean => {
        const want = person.wants.find((one) => one.of === of);
        return !denied.has(of) && (want === undefined || this.#becomesFree(want, known));
      };
      yield { person, granted: { username: gets('username'), email: gets('email') } };
    }
  }

  /** Follows who waits for whom. Each waits for one, so the way ends somewhere or in a circle, in which all get their names. */
  #becomesFree(wanted: WantedName, known: Map<string, boolean>): boolean {
    const way: string[] = [];
    let want: WantedName | undefined = wanted;
    let isFree: boolean | undefined;
    while (isFree === undefined) {
      if (want === undefined || want.holder === 'nobody') isFree = true;
      else if (want.holder === 'unavailable') isFree = false;
      else if (way.includes(want.value)) isFree = true;
      else if (known.has(want.value)) isFree = known.get(want.value) === true;
      else {
        way.push(want.value);
        const release: Release | undefined = this.#releases.get(want.value);
        if (release?.userId !== want.holder.userId) isFree = false;
        else {
          const next: WaitingPerson | undefined =
            release.ifRenamed === undefined ? undefined : this.#waiting.get(release.ifRenamed);
          want = next?.person.wants.find(({ of }) => of === 'username');
        }
      }
    }
    for (const value of way) known.set(value, isFree);
    return isFree;
  }

  #release(
    { user, wished, read }: Extract<PlannedPerson, { readonly kind: 'linked' | 'joined' }>,
    denied: ReadonlySet<WantedName['of']>,
    waits: boolean,
  ): void {
    if (!wished) return;
    const { username, address } = heldNames(user);
    if (wished.username !== undefined && !denied.has('username') && username !== undefined) {
      this.#releases.set(username, { userId: user.id, ...(waits && { ifRenamed: read.identity.subject }) });
    }
    // An address that changes is given up, whether or not the next one can be verified.
    if (wished.email !== undefined && address !== undefined && address !== username) {
      this.#releases.set(address, { userId: user.id });
    }
  }
}

function heldNames({ username, email, emailVerified }: User): {
  readonly username?: string;
  readonly address?: string;
} {
  const name = foldIdentifier(username);
  const address = email !== undefined && emailVerified ? foldEmail(email) : undefined;
  return { ...(name.ok && { username: name.value }), ...(address?.ok === true && { address: address.value }) };
}
