import type { Sentences } from '../sentences.js';

export const mappingSentences = {
  'mapping-field-unknown': ({ field, meant }) =>
    `A mapping cannot set the field ${JSON.stringify(field)}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
  'mapping-pattern-form': ({ most }) =>
    `A pattern is text with 1 to ${most} placeholders {}, and has text between two of them.`,
  'mapping-template-form': ({ most }) => `At most ${most} placeholders {} can be filled here.`,
  'mapping-to-without-pattern': () => 'A result needs a pattern that fills it.',
  'mapping-constant-name': ({ field }) => `The ${field} must not be the same for every user.`,
  'mapping-dn-form': () => 'A distinguished name looks like cn=Sales,ou=groups,dc=example,dc=org (RFC 4514).',
  'mapping-name-unreachable': ({ name }) =>
    `No group of the upstream can lead to ${JSON.stringify(name)} by this rule.`,
  'mapping-email-verified-unused': ({ trust }) =>
    `The field emailVerified has no effect while emailTrust is ${trust}. Set emailTrust to claim.`,
  'mapping-email-claim-only': () =>
    'The claim email_verified vouches for the claim email alone. Map that claim unchanged, add a rule for emailVerified, or set ' +
    'emailTrust to never or always.',
  'mapping-phone-number-missing': () => 'A rule for phoneNumberVerified needs a rule for phoneNumber.',
  'mapping-claim-missing': ({ claim }) => `The upstream returned no value of ${claim}.`,
  'mapping-part-missing': ({ claim }) => `No value of ${claim} has this part.`,
  'mapping-no-value': () => 'The expression has no value.',
  'mapping-pattern-differs': ({ pattern }) => `It does not have the form ${pattern}.`,
  'mapping-value-too-long': ({ most }) => `It is longer than ${most} characters.`,
  'mapping-too-many-values': ({ values, attributes }) =>
    `An attribute takes at most ${values} values, and a user ${attributes} in all.`,
  'mapping-values-differ': () => 'The upstream returned several values that differ.',
  'mapping-no-boolean': () => 'It must be true or false.',
  'mapping-set-before': ({ field }) => `An earlier rule has set ${field}.`,
  'mapping-nothing-to-verify': ({ field }) => `There is no ${field} to verify.`,
  'mapping-email-unverified': () => 'The claim email_verified is not true.',
  'mapping-several-addresses': () =>
    'The upstream returned several addresses, and the claim email_verified does not say which one is verified.',
  'mapping-no-group': () => 'The user is in no group that this rule is for.',
  'mapping-groups-not-told': () => 'The upstream did not report groups.',
  'mapping-not-listed': ({ name }) => `${JSON.stringify(name)} is not in the list of the rule.`,
  'mapping-group-id-form': () => 'The id of the group is empty or longer than 255 characters.',
  'mapping-group-without-id': () =>
    'The upstream returned no immutable id of the group, so it is not mirrored. An LDAP directory returns ids if groups.from is search.',
  'mapping-level-not-told': () => 'The upstream did not report an authentication level.',
  'mapping-level-differs': ({ level }) => `The upstream reported the level ${level}.`,
  'mapping-more-alike': ({ count }) => `The same applies to ${count} more.`,
} as const satisfies Partial<Sentences>;
