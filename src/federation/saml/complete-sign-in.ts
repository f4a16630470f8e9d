import { now, seconds } from '../../base/clock.js';
import { isPrototypeName } from '../../base/text/prototype-names.js';
import type { UpstreamGroup } from '../../identity/userstores/password-connector.js';
import type { RedirectAnswer, RedirectOutcome } from '../contract/redirect-connector.js';
import { type PendingSamlSignIn, readPendingSaml } from './begin-sign-in.js';
import { isSamlReason, SamlFailure } from './faults.js';
import { assertionIn } from './kept-assertion.js';
import { signOutHintText } from './messages/sign-outs.js';
import type { SamlNameId, VerifiedAssertion } from './reader/reader.js';
import { DENIED } from './receive-answer.js';
import type { SamlParts } from './saml-parts.js';
import { signOutNames } from './sign-out-names.js';
import type { SamlSettings } from './settings/saml-settings.js';
import { subjectOf } from './subject.js';

/** The name identifier, as a claim for mappings. An attribute of this name would be something else, and is left out. */
const NAME_ID_CLAIM = 'nameId';

type SamlSignedIn = Extract<RedirectOutcome, { readonly kind: 'ok' }>;

/** What an answer says, against the sign-in that this browser began. @throws SamlFailure */
export function completeSamlSignIn(
  { settings }: Pick<SamlParts, 'settings'>,
  { kept, query, received, begins = () => undefined }: RedirectAnswer,
): SamlSignedIn | { readonly kind: 'denied' } {
  begins('answer');
  const code = query.get('error');
  if (code === DENIED || code === 'saml-request-denied') return { kind: 'denied' };
  if (code !== null) throw new SamlFailure(isSamlReason(code) ? code : 'unexpected-error');
  if (received === undefined) throw new SamlFailure('saml-not-posted');
  const assertion = assertionIn(received);
  begins('identity');
  // It may have ended while the person read a question.
  if (assertion.sessionEndsAt !== undefined && assertion.sessionEndsAt <= now())
    throw new SamlFailure('saml-session-ended');
  // Nobody began one that the provider began.
  if (!assertion.isUnsolicited) checkAge(assertion, readPendingSaml(kept), settings);
  return outcomeOf(assertion, settings);
}

/** For an administrator who tests the connector. */
const seenOf = ({ signed, wasEncrypted, nameId, contextClass }: VerifiedAssertion): readonly string[] => [
  `signed: ${[...(signed.response ? ['response'] : []), ...(signed.assertion ? ['assertion'] : [])].join(' and ')}`,
  `encrypted: ${wasEncrypted ? 'yes' : 'no'}`,
  `format of the name identifier: ${nameId ? (nameId.format ?? 'none') : 'no name identifier'}`,
  `class of authentication: ${contextClass ?? 'none'}`,
];

/** @throws SamlFailure if the person had to prove anew who they are, and did not */
function checkAge(
  { authenticatedAt }: VerifiedAssertion,
  { begunAt, maxAgeSeconds }: PendingSamlSignIn,
  { connection: { clockSkew } }: SamlSettings,
): void {
  if (maxAgeSeconds === undefined) return;
  if (authenticatedAt + seconds(maxAgeSeconds + clockSkew) < begunAt) throw new SamlFailure('auth-too-old');
}

function outcomeOf(assertion: VerifiedAssertion, settings: SamlSettings): SamlSignedIn {
  const { attributes, nameId, contextClass, sessionEndsAt, authenticatedAt } = assertion;
  const claims = new Map([...attributes].filter(([name]) => name !== NAME_ID_CLAIM && !isPrototypeName(name)));
  if (nameId) claims.set(NAME_ID_CLAIM, [nameId.value]);
  const groups = groupsOf(attributes, settings.subject.groups);
  return {
    kind: 'ok',
    identity: {
      ...{ subject: subjectOf(assertion, settings), claims },
      ...(groups && { groups }),
      ...(contextClass !== undefined && { level: contextClass }),
    },
    authenticatedAt,
    seen: seenOf(assertion),
    ...signOutNames(assertion),
    ...(sessionEndsAt !== undefined && { sessionEndsAt }),
    ...(nameId && signOutHint(nameId, assertion)),
  };
}

/** In characters. */
const LONGEST_GROUP = 255;

/** What Entra ID sends in the place of the groups of somebody who is in more than 150. */
const GROUPS_ELSEWHERE = 'http://schemas.microsoft.com/claims/groups.link';

/**
 * Each group once. Providers leave out an attribute without values, so whoever has none is in no group. Undefined: the provider did not report
 * groups, or they are to be fetched elsewhere.
 *
 * @throws SamlFailure if a name is too long, since access must not depend on which of them are read
 */
function groupsOf(
  attributes: VerifiedAssertion['attributes'],
  attribute: string | undefined,
): readonly UpstreamGroup[] | undefined {
  if (attribute === undefined) return undefined;
  const names = attributes.get(attribute);
  if (names === undefined && attributes.has(GROUPS_ELSEWHERE)) return undefined;
  if (names?.some((name) => name.length > LONGEST_GROUP)) throw new SamlFailure('saml-attributes', { attribute });
  return [...new Set(names)].map((name) => ({ name }));
}

/** What a sign-out there repeats: the name identifier as it was, and the session. */
function signOutHint(
  nameId: SamlNameId,
  { sessionIndex }: Pick<VerifiedAssertion, 'sessionIndex'>,
): { readonly signOutHint?: string } {
  const hint = signOutHintText({ nameId, ...(sessionIndex !== undefined && { sessionIndex }) });
  return hint.length > LONGEST_HINT ? {} : { signOutHint: hint };
}

/** In characters. */
const LONGEST_HINT = 4096;
