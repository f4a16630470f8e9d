import type { Identifier } from '../../identity/identifiers/identifier.js';
import type { Sentences } from '../sentences.js';

const EASY = 'is too easy to guess';
const CURE = 'Take several words that do not belong together, or let one be generated.';

export const userSentences = {
  'identifier-too-long': ({ of }) => `${NAMES[of]} is too long.`,
  'identifier-above-bytes': ({ of, most }) => `${NAMES[of]} must not be longer than ${most} bytes.`,
  'identifier-unstable': ({ of }) => `${NAMES[of]} has no stable form.`,
  'identifier-empty': ({ of }) => `${NAMES[of]} must not be empty.`,
  'identifier-spaces': ({ of }) => `${NAMES[of]} must not contain spaces.`,
  'identifier-slashes': ({ of }) => `${NAMES[of]} must not contain / or \\.`,
  'identifier-character': ({ of, character }) => `${NAMES[of]} must not contain the character ${character}.`,
  'identifier-combining-mark': ({ of }) => `${NAMES[of]} must not begin with a combining mark.`,
  'identifier-directions': ({ of }) => `${NAMES[of]} must not mix writing directions.`,
  'identifier-at-sign': ({ of }) => `${NAMES[of]} may contain @ only as an e-mail address does, before a domain.`,
  'identifier-no-email': ({ of }) => `${NAMES[of]} must be an e-mail address.`,
  'username-lookalike': ({ other }) =>
    `A username looks like ${other}, which is somebody else's, in another alphabet. Take a name that nobody takes for it.`,
  'identifier-taken': ({ of, value }) => `The ${of} ${value} is in use already.`,
  'username-or-email-taken': () => 'That username, or the e-mail address, is in use already.',
  'subject-linked-already': ({ connector }) => `That account of ${connector} is linked to a user already.`,
  'too-many-links': ({ most }) => `A user has at most ${most} links.`,
  'userstore-already': ({ userstore }) => `The user lives in ${userstore} already.`,
  'move-needs-link': ({ userstore }) =>
    `The user has no link to ${userstore}. Name the account there, or link the user first.`,
  'move-needs-password': () => 'A user who moves to primary needs a password.',
  'home-link': ({ connector }) => `The user lives in ${connector}. Move the user to another userstore first.`,
  'last-way-in': ({ connector }) =>
    `The link to ${connector} is the only way for this user to sign in. Set a password or link another account first.`,
  'user-id-form': () => 'The id has 1 to 128 characters: ASCII letters, digits and _ first, then also . ~ @ + = and -.',
  'user-id-taken': ({ id }) => `The id ${id} is or was somebody else's, or a client's.`,
  'line-expected': () => 'must be one line, without control characters.',
  'control-characters': () => 'must have no control characters.',
  'web-address-expected': ({ https }) => `must be an address that begins with https://${https ? '' : ' or http://'}`,
  'birthdate-form': () => 'must be a date such as 1984-07-31, or a year.',
  'time-zone-unknown': () => 'must be a time zone such as Europe/Berlin.',
  'language-unknown': () => 'must be a language such as en or de-CH.',
  'phone-number-form': () => 'must be a number such as +49 30 123456 (E.164).',
  'too-many-assignments': ({ most }) => `More than ${most} assignments go out from here; use a group.`,
  'assignment-id-twice': () => 'Two assignments have the same id.',
  'assignment-ends-first': ({ id }) => `The assignment ${id} ends before it begins.`,
  'too-many-events': ({ most }) => `Nobody has more than ${most} different events.`,
  'password-too-long': ({ most }) => `The password must be at most ${most} characters long.`,
  'password-too-short': ({ least }) => `The password must be at least ${least} characters long.`,
  'password-is-username': () => 'The password must not be the username.',
  'password-row': () => 'The password must not be a row or a repetition of a few characters.',
  'password-common': () => `The password ${EASY}: it is a common password, or nearly one. ${CURE}`,
  'password-personal': () => `The password ${EASY}: it is made of names of the user or of this service. ${CURE}`,
  'password-as-before': () => 'The password must be another one than before.',
  'password-elsewhere': ({ username, userstore }) =>
    `The password of ${username} is kept by ${userstore}. Change it there, or move the user to primary first.`,
  'signed-out-meanwhile': ({ id }) => `User ${id} was signed out everywhere meanwhile. Sign in again.`,
  'imported-hash-form': () =>
    'The hash is not taken: it must be bcrypt ($2a$, $2b$ or $2y$), argon2id ($argon2id$v=19$), scrypt ($scrypt$ln=), ' +
    'PBKDF2 ($pbkdf2-sha256$ as passlib writes it, or pbkdf2_sha256$ as Django does; also sha1 and sha512), or salted SHA ({SSHA}, ' +
    '{SSHA256}, {SSHA512}).',
  'imported-hash-cost': ({ bcryptCost, iterations, memoryMiB }) =>
    'The hash is not taken: it costs too much to be verified: at most ' +
    `bcrypt ${bcryptCost}, PBKDF2 ${iterations}, and ${memoryMiB} MiB for argon2id and scrypt.`,
} as const satisfies Partial<Sentences>;

const NAMES: Readonly<Record<Identifier['kind'], string>> = { username: 'A username', email: 'An e-mail address' };
