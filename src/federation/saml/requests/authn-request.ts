import type { Instant } from '../../../base/clock.js';
import { SAML, SAMLP } from '../reader/names.js';
import { formatUri, type NameIdFormat } from '../settings/name-id-formats.js';
import { element, text, type WrittenXml } from '../xml-writer.js';

/** What is asked of the provider. What is absent is not asked for, and it decides. */
export interface AuthnRequest {
  readonly id: string;
  readonly at: Instant;
  readonly issuer: string;
  readonly destination: string;
  /** Where the answer goes, by a form. */
  readonly callback: string;
  /** The person has to prove anew who they are. */
  readonly isForced: boolean;
  /** The person is asked nothing. */
  readonly isPassive: boolean;
  readonly nameIdFormat?: NameIdFormat;
  /** The classes of authentication of which one has to be met, exactly. */
  readonly contextClasses?: readonly string[];
}

/** SAML Core 3.4.1, Profiles 4.1.4.1. */
export function authnRequest(asked: AuthnRequest): WrittenXml {
  const { id, at, issuer, destination, callback, isForced, isPassive, nameIdFormat, contextClasses = [] } = asked;
  return element(
    'samlp:AuthnRequest',
    {
      ...{ 'xmlns:samlp': SAMLP, 'xmlns:saml': SAML, ID: id, Version: '2.0', IssueInstant: timeText(at) },
      ...{ Destination: destination, AssertionConsumerServiceURL: callback },
      ProtocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
      ForceAuthn: isForced ? 'true' : undefined,
      IsPassive: isPassive ? 'true' : undefined,
    },
    element('saml:Issuer', {}, text(issuer)),
    ...(nameIdFormat === undefined
      ? []
      : [element('samlp:NameIDPolicy', { Format: formatUri(nameIdFormat), AllowCreate: 'true' })]),
    ...(contextClasses.length === 0
      ? []
      : [
          element(
            'samlp:RequestedAuthnContext',
            { Comparison: 'exact' },
            ...contextClasses.map((each) => element('saml:AuthnContextClassRef', {}, text(each))),
          ),
        ]),
  );
}

/** Without parts of a second: some providers read none. */
export const timeText = (instant: Instant): string => new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
