import { SamlFailure } from './faults.js';
import type { SamlNameId, VerifiedAssertion } from './reader/reader.js';
import { isOfFormat } from './settings/name-id-formats.js';
import type { SamlSettings } from './settings/saml-settings.js';

/** In characters: that of a link. */
const LONGEST = 255;

/**
 * Who somebody is: what never changes and is never given to somebody else. A transient name identifier is another one at each sign-in.
 *
 * @throws SamlFailure
 */
export function subjectOf(
  { nameId, attributes }: Pick<VerifiedAssertion, 'nameId' | 'attributes'>,
  { subject: { attribute, nameId: accepted }, connection: { idpEntityId } }: SamlSettings,
): string {
  const subject =
    attribute === undefined ? named(nameId, accepted, idpEntityId) : onlyValue(attributes.get(attribute), attribute);
  if (subject.length > LONGEST) throw new SamlFailure('subject-invalid');
  return subject;
}

function onlyValue(values: readonly string[] = [], attribute: string): string {
  const [value, ...others] = values;
  if (value === undefined) throw new SamlFailure('saml-no-subject', { attribute });
  if (others.length > 0) throw new SamlFailure('subject-invalid', { attribute });
  return value;
}

function named(nameId: SamlNameId | undefined, accepted: 'persistent' | 'any', idpEntityId: string): string {
  if (!nameId) throw new SamlFailure('saml-no-subject');
  if (isOfFormat(nameId.format, 'transient')) throw new SamlFailure('saml-transient-subject');
  if (accepted === 'persistent' && !isOfFormat(nameId.format, 'persistent'))
    throw new SamlFailure('saml-name-id-format', { format: nameId.format?.slice(0, 255) ?? 'none' });
  const { value, nameQualifier = idpEntityId } = nameId;
  // A name that another provider gave, which this one passes on, is another name (Core 8.3.7).
  return nameQualifier === idpEntityId || nameQualifier === '' ? value : `${nameQualifier}!${value}`;
}
