import { domainToASCII } from 'node:url';
import { problem, type Problem } from '../../base/problems/problem.js';
import { alphabetsFault, codeOf } from '../../base/text/text-faults.js';
import { trimTyped } from '../../base/text/normalize-typed.js';
import type { Identifier } from './identifier.js';

/** A normalized identifier, or a phrase that says what is wrong: "must not contain spaces". */
export type Folded = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly fault: Problem };

type Kind = Identifier['kind'];

/** The maximum length of a normalized identifier, in UTF-8 bytes. */
const BYTE_LIMIT = 255;

/**
 * The stored form of a username or e-mail address, under which spellings that look or read alike are one name. It is PRECIS
 * UsernameCaseMapped (RFC 8265 3.3) without spaces, `/` and `\`. After an `@` follows a domain in its ASCII form, so usernames
 * and addresses share one collection. Idempotent.
 */
export function foldIdentifier(text: string, of: Kind = 'username'): Folded {
  // Longer text cannot normalize to 255 bytes: width mapping and lower case at most halve or double a name.
  if (text.length > 4 * BYTE_LIMIT) return no(problem('identifier-too-long', [], { of }));
  const mapped = untilStable(text, (value) => mapWidth(value).toLowerCase().normalize('NFC'));
  if (mapped === undefined) return no(problem('identifier-unstable', [], { of }));
  if (mapped === '') return no(problem('identifier-empty', [], { of }));
  const character = wrongCharacter(mapped, of);
  if (character) return no(character);
  const at = mapped.lastIndexOf('@');
  const local = at === -1 ? mapped : mapped.slice(0, at);
  if (hasMixedDirections(local)) return no(problem('identifier-directions', [], { of }));
  if (at === -1) return bounded(mapped, of);
  const domain = foldDomain(mapped.slice(at + 1));
  if (local === '' || local.includes('@') || domain === undefined) {
    return no(problem('identifier-at-sign', [], { of }));
  }
  return bounded(`${local}@${domain}`, of);
}

/**
 * A further fault of new usernames: letters of two alphabets that look alike. Existing names
 * stay, and e-mail addresses are chosen elsewhere.
 */
export function newUsernameFault(username: string): Problem | undefined {
  const folded = foldIdentifier(username);
  return folded.ok ? alphabetsFault('username', folded.value) : undefined;
}

/** Like {@link foldIdentifier}, for user input: ignores surrounding blanks and invisible characters. */
export const foldTyped = (typed: string): Folded => foldIdentifier(trimTyped(typed));

/** The stored form of user input; undefined if it can be no identifier. */
export function normalizedName(typed: string): string | undefined {
  const folded = foldTyped(typed);
  return folded.ok ? folded.value : undefined;
}

/** MS-ADTS 3.1.1.1.4: at most 15 characters. Fewer kinds of them than Windows allows are in use. */
const DOWN_LEVEL = /^([a-z0-9][a-z0-9._-]{0,14})\\([^\\@]+)$/i;

/**
 * A name of a Windows domain, `DOMAIN\name`, in lower case and with its second part folded as a username; undefined if the text is none. No
 * identifier of ours contains a backslash, so only a userstore elsewhere can know it.
 */
export function downLevelName(typed: string): string | undefined {
  const [, domain = '', account] = DOWN_LEVEL.exec(trimTyped(typed)) ?? [];
  if (account === undefined) return undefined;
  const folded = foldIdentifier(account);
  return folded.ok ? `${domain.toLowerCase()}\\${folded.value}` : undefined;
}

/** Like {@link foldIdentifier}, for text that must be an e-mail address. */
export function foldEmail(text: string): Folded {
  const folded = foldIdentifier(text, 'email');
  return folded.ok && !folded.value.includes('@') ? no(problem('identifier-no-email', [], { of: 'email' })) : folded;
}

const no = (fault: Problem): Folded => ({ ok: false, fault });

const bounded = (value: string, of: Kind): Folded =>
  Buffer.byteLength(value) > BYTE_LIMIT
    ? no(problem('identifier-above-bytes', [], { of, most: BYTE_LIMIT }))
    : { ok: true, value };

/** Decomposes fullwidth and halfwidth forms (RFC 8265 3.3.1); everything else stays. */
const mapWidth = (value: string): string =>
  value.replace(/[\u3000\uff01-\uffee]/gu, (character) => character.normalize('NFKC'));

/** RFC 8264 7: the rules are applied until nothing changes, at most three more times. */
function untilStable(value: string, fold: (value: string) => string): string | undefined {
  for (let round = 0; round < 4; round++) {
    const folded = fold(value);
    if (folded === value) return value;
    value = folded;
  }
  return undefined;
}

/** Letters, digits and marks of any script, and printable ASCII (RFC 8264 4.2, IdentifierClass). */
const ALLOWED = /^[\x21-\x7e\p{Ll}\p{Lo}\p{Lm}\p{Nd}\p{Mn}\p{Mc}]$/u;
/** Old Hangul Jamo (RFC 8264 9.9) and invisible characters (9.13). */
const EXCLUDED = /[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\p{Default_Ignorable_Code_Point}]/u;

function wrongCharacter(value: string, of: Kind): Problem | undefined {
  if (/\s/u.test(value)) return problem('identifier-spaces', [], { of });
  if (/[/\\]/.test(value)) return problem('identifier-slashes', [], { of });
  for (const character of value) {
    // A character with a compatibility form (RFC 8264 9.17) is written one way and read another.
    const plain = ALLOWED.test(character) && !EXCLUDED.test(character) && character.normalize('NFKC') === character;
    if (!plain) return problem('identifier-character', [], { of, character: codeOf(character) });
  }
  return /^\p{M}/u.test(value) ? problem('identifier-combining-mark', [], { of }) : undefined;
}

const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u;
const LETTER = /\p{L}/u;

/**
 * A simple form of the Bidi rule (RFC 5893 2). A name with right-to-left letters has no others, begins with one, and ends with
 * one or a digit. Otherwise two different names could be displayed alike.
 */
function hasMixedDirections(value: string): boolean {
  const characters = Array.from(value);
  if (!characters.some((one) => RIGHT_TO_LEFT.test(one))) return false;
  const rtlLetter = (one = ''): boolean => LETTER.test(one) && RIGHT_TO_LEFT.test(one);
  const mixed = characters.some((one) => LETTER.test(one) && !RIGHT_TO_LEFT.test(one));
  const last = characters.findLast((one) => !/\p{M}/u.test(one)) ?? '';
  const ends = rtlLetter(last) || /\p{Nd}/u.test(last);
  return mixed || !rtlLetter(characters[0]) || !ends;
}

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function foldDomain(domain: string): string | undefined {
  // Node's function decodes %41 and reads 0x10.1 as an IPv4 address; neither is a domain name.
  if (!/^[\p{L}\p{M}\p{Nd}.-]+$/u.test(domain)) return undefined;
  const ascii = domainToASCII(domain);
  const labels = ascii.split('.');
  if (!labels.every((label) => LABEL.test(label)) || /^[\d]+$/.test(labels.at(-1) ?? '')) return undefined;
  return ascii.length <= 253 ? ascii : undefined;
}
