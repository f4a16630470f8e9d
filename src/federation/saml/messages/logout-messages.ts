import { type Instant, minutes } from '../../../base/clock.js';
import { SAML, SAMLP, STATUS } from '../reader/names.js';
import type { SamlNameId } from '../reader/reader.js';
import { timeText } from '../requests/authn-request.js';
import { element, text, type WrittenXml } from '../xml-writer.js';

/** A browser follows at once. */
const LASTS = minutes(5);

interface LogoutMessage {
  readonly id: string;
  readonly at: Instant;
  readonly issuer: string;
  readonly destination: string;
}

const header = ({ id, at, destination }: LogoutMessage) => ({
  ...{ 'xmlns:samlp': SAMLP, 'xmlns:saml': SAML, ID: id, Version: '2.0', IssueInstant: timeText(at) },
  Destination: destination,
});

/**
 * SAML Core 3.7.1. Providers find the session by the very name identifier that they gave: what it did not have, it does not have here.
 */
export const logoutRequest = (
  message: LogoutMessage & { readonly nameId: SamlNameId; readonly sessionIndex: string | undefined },
): WrittenXml =>
  element(
    'samlp:LogoutRequest',
    { ...header(message), NotOnOrAfter: timeText(message.at + LASTS) },
    element('saml:Issuer', {}, text(message.issuer)),
    element(
      'saml:NameID',
      {
        Format: message.nameId.format,
        NameQualifier: message.nameId.nameQualifier,
        SPNameQualifier: message.nameId.spNameQualifier,
      },
      text(message.nameId.value),
    ),
    ...(message.sessionIndex === undefined ? [] : [element('samlp:SessionIndex', {}, text(message.sessionIndex))]),
  );

/** SAML Core 3.7.2. */
export const logoutResponse = (
  message: LogoutMessage & { readonly inResponseTo: string; readonly isDone: boolean },
): WrittenXml =>
  element(
    'samlp:LogoutResponse',
    { ...header(message), InResponseTo: message.inResponseTo },
    element('saml:Issuer', {}, text(message.issuer)),
    element(
      'samlp:Status',
      {},
      element('samlp:StatusCode', { Value: `${STATUS}${message.isDone ? 'Success' : 'Responder'}` }),
    ),
  );
