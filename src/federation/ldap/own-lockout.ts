import { hours, type Instant, minutes, now, seconds } from '../../base/clock.js';
import { isWithin, parseDn } from '../../base/text/distinguished-name.js';
import type { OwnLockout } from '../contract/connector-condition.js';
import type { LdapEntry } from './connection/answers.js';
import type { DirectoryParts } from './directory-parts.js';
import { entryValues } from './entry-claims.js';
import { failureFault, type LdapFault, searchFault } from './faults.js';
import { equals, isPresent } from './names/filters.js';

export type LockoutFinding =
  | { readonly kind: 'found'; readonly lockout: OwnLockout }
  /** The directory shows no policy that locks accounts. */
  | { readonly kind: 'none' }
  | { readonly kind: 'fault'; readonly fault: LdapFault };

/** Policies that are read. */
const MOST_POLICIES = 100;
/** Fewer would let nobody try a password. */
const LEAST_FAILURES = 3;
/** Where the directory forgets wrong passwords only after a right one. */
const NEVER_FORGETS = hours(24);

/**
 * The strictest lockout of the directory's password policies (draft-behera-ldap-password-policy 5.2), as the service account reads them.
 * Which policy concerns whom is the configuration of the directory, which nobody may read. So the strictest counts for everybody.
 */
export async function readOwnLockout(parts: DirectoryParts): Promise<LockoutFinding> {
  if (!parts.service) return { kind: 'none' };
  const base = parts.settings.subject.policies ?? (await namingContext(parts));
  if (typeof base !== 'string') return { kind: 'fault', fault: base };
  const answer = await parts.directory.search({
    base,
    scope: 'sub',
    filter: equals('objectClass', 'pwdPolicy'),
    attributes: ['pwdLockout', 'pwdMaxFailure', 'pwdFailureCountInterval'],
    sizeLimit: MOST_POLICIES,
  });
  if (!answer.ok) return { kind: 'fault', fault: failureFault(answer.failure) };
  const fault = searchFault(answer.value.code, answer.value.referrals);
  if (fault) return { kind: 'fault', fault };
  const locking = answer.value.entries.filter(locks);
  const [strictest] = locking.toSorted((a, b) => failuresOf(a) - failuresOf(b));
  if (!strictest) return { kind: 'none' };
  const within = Math.max(...locking.map(forgetsAfter));
  return {
    kind: 'found',
    lockout: { rule: { failures: Math.max(LEAST_FAILURES, failuresOf(strictest)), within }, at: strictest.dn },
  };
}

/** The suffix of the directory that holds the base of the people, by the root entry (RFC 4512 5.1). */
async function namingContext(parts: DirectoryParts): Promise<string | LdapFault> {
  const filter = isPresent('objectClass');
  const answer = await parts.directory.search({ base: '', scope: 'base', filter, attributes: ['namingContexts'] });
  if (!answer.ok) return failureFault(answer.failure);
  const fault = searchFault(answer.value.code, answer.value.referrals);
  if (fault) return fault;
  const contexts = answer.value.entries.flatMap((entry) => entryValues(entry, 'namingContexts'));
  const holding = contexts.filter((text) => {
    const context = parseDn(text);
    return context && parts.bases.some((base) => isWithin(base, context));
  });
  return holding[0] ?? { kind: 'misconfigured', reason: 'no-naming-context' };
}

const numberOf = (entry: LdapEntry, attribute: string): number => {
  const [value = ''] = entryValues(entry, attribute);
  return /^\d{1,9}$/.test(value) ? Number(value) : 0;
};
const failuresOf = (entry: LdapEntry): number => numberOf(entry, 'pwdMaxFailure');
const forgetsAfter = (entry: LdapEntry): number => seconds(numberOf(entry, 'pwdFailureCountInterval')) || NEVER_FORGETS;
const locks = (entry: LdapEntry): boolean =>
  failuresOf(entry) > 0 && entryValues(entry, 'pwdLockout').some((value) => value.toUpperCase() === 'TRUE');

/** How long a sign-in waits for the first reading. */
const PATIENCE = seconds(1);

/** The lockout as it was last read. It is read when it is asked for, and at most once an hour; after a failure, once a minute. */
export class LockoutReader {
  readonly #parts: DirectoryParts;
  #known: OwnLockout | undefined;
  #isRead = false;
  #dueAt: Instant = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  /** Undefined: no policy locks, or none could be read. Waits for the first reading only, and a second at most. */
  async lockout(): Promise<OwnLockout | undefined> {
    if (now() >= this.#dueAt) {
      this.#dueAt = now() + minutes(1);
      this.#reading = this.#read();
    }
    if (!this.#isRead) {
      const { promise: late, resolve } = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => resolve(undefined), PATIENCE);
      await Promise.race([this.#reading, late]);
      clearTimeout(timer);
    }
    return this.#known;
  }

  async #read(): Promise<void> {
    const found = await readOwnLockout(this.#parts);
    if (found.kind === 'fault') {
      this.#parts.report({ reason: 'lockout-not-read', details: { cause: found.fault.reason } });
      return;
    }
    this.#known = found.kind === 'found' ? found.lockout : undefined;
    this.#isRead = true;
    this.#dueAt = now() + hours(1);
  }
}
