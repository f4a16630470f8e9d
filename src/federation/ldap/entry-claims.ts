import { type Instant, now } from '../../base/clock.js';
import { fileTimeInstant, isDisabled, isPasswordExpired } from './active-directory/account-control.js';
import type { LdapEntry } from './connection/answers.js';
import type { SubjectSettings } from './ldap-settings.js';
import { parseGeneralizedTime } from './names/generalized-time.js';
import { valueText } from './names/attribute-values.js';

/** Values of one attribute. */
const MOST_VALUES = 200;
/** Bytes of all values together. */
const MOST_BYTES = 65_536;
const LONGEST_SUBJECT = 255;
/** As long as a rule of `mapping.level` can be. */
const LONGEST_LEVEL = 255;

export interface EntryClaims {
  readonly claims: ReadonlyMap<string, readonly string[]>;
  /** Something was left out, since there was too much of it. */
  readonly isCut: boolean;
}

/**
 * The attributes that the settings name, by their names in lower case. Values are in the order of their characters, since a directory has
 * none. What nobody asked for is left out, and so are values that are not text, such as pictures.
 */
export function entryClaims(entry: LdapEntry, settings: SubjectSettings): EntryClaims {
  const wanted = new Set([...settings.names, ...settings.attributes].map((name) => name.toLowerCase()));
  const claims = new Map<string, readonly string[]>();
  let left = MOST_BYTES;
  let isCut = [...(entry.cut ?? [])].some((name) => wanted.has(name));
  for (const name of [...entry.attributes.keys()].sort()) {
    const [plain = ''] = name.split(';');
    if (!wanted.has(name) && !wanted.has(plain)) continue;
    const values: string[] = [];
    for (const value of entryValues(entry, name)) {
      left -= Buffer.byteLength(value);
      if (left < 0 || values.length === MOST_VALUES) {
        isCut = true;
        break;
      }
      values.push(value);
    }
    if (values.length > 0) claims.set(name, values);
    if (left < 0) break;
  }
  return { claims, isCut };
}

/** The values of an attribute as text, each once and in the order of their characters. */
export function entryValues(entry: LdapEntry, attribute: string): readonly string[] {
  const found = entry.attributes.get(attribute.toLowerCase()) ?? [];
  const texts = found.map((bytes) => valueText(attribute, bytes) ?? '');
  return [...new Set(texts.filter((text) => text !== ''))].sort();
}

export type SubjectRead =
  | { readonly ok: true; readonly subject: string }
  | { readonly ok: false; readonly reason: 'no-subject' | 'ambiguous-subject' };

/** The id of the entry that never changes. It must have exactly one. */
export function entrySubject(entry: LdapEntry, attribute: string): SubjectRead {
  const [subject, ...others] = entryValues(entry, attribute);
  if (others.length > 0) return { ok: false, reason: 'ambiguous-subject' };
  if (subject === undefined || subject.length > LONGEST_SUBJECT) return { ok: false, reason: 'no-subject' };
  return { ok: true, subject };
}

/** Where links change from one id to another, an entry that has none of the first is known by the other. */
export function entrySubjectOfAny(entry: LdapEntry, [id = '', ...others]: readonly string[]): SubjectRead {
  const read = entrySubject(entry, id);
  return read.ok || read.reason === 'ambiguous-subject' || others.length === 0
    ? read
    : entrySubjectOfAny(entry, others);
}

/** What the entry says a bind of this person shows. Of several values nobody knows which one it was. */
export function entryLevel(entry: LdapEntry, { level }: SubjectSettings): string | undefined {
  const [only, ...others] = level === undefined ? [] : entryValues(entry, level);
  return others.length > 0 || (only !== undefined && only.length > LONGEST_LEVEL) ? undefined : only;
}

/** Whether attributes of the entry bar the account; undefined: none does. */
export function accountBar(
  entry: LdapEntry,
  { account = {} }: SubjectSettings,
): 'locked' | 'disabled' | 'expired' | undefined {
  const values = (attribute: string | undefined) => (attribute === undefined ? [] : entryValues(entry, attribute));
  if (values(account.disabled).some(isTrue) || values(account.control).some(isDisabled)) return 'disabled';
  if (values(account.locked).some((value) => value === LOCKED_FOR_GOOD || isTrue(value))) return 'locked';
  if (values(account.expired).some(isPast) || values(account.ends).some(isEnded)) return 'expired';
  return undefined;
}

/** Whether the entry says that the password must be changed, which bars a sign-in and nothing that began before. */
export const mustChangePassword = (entry: LdapEntry, { account = {} }: SubjectSettings): boolean =>
  account.computed !== undefined && entryValues(entry, account.computed).some(isPasswordExpired);

/**
 * An administrator locked the account (draft-behera-ldap-password-policy 5.3.3). A time in its place is a lock after wrong passwords, which
 * anybody can cause and which ends by itself: it is the bind that is refused then, and what began before goes on.
 */
const LOCKED_FOR_GOOD = '000001010000Z';

const isTrue = (value: string): boolean => /^(?:true|yes|1)$/i.test(value);

/** A generalized time (RFC 4517 3.3.13), or days since 1970 as in `shadowExpire`. Others, such as -1, never end. */
function isPast(value: string): boolean {
  const time = parseGeneralizedTime(value);
  if (time !== undefined) return isBefore(time);
  return /^\d{1,6}$/.test(value) && isBefore(Number(value) * 86_400_000);
}

function isEnded(fileTime: string): boolean {
  const end = fileTimeInstant(fileTime);
  return end !== undefined && isBefore(end);
}

const isBefore = (instant: Instant): boolean => instant <= now();
