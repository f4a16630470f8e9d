import { now, seconds } from '../../../../src/base/clock.js';
import { readResponse } from '../../../../src/federation/saml/reader/read-response.js';
import type { ExpectedOfResponse, ReadResponse } from '../../../../src/federation/saml/reader/reader.js';
import { rsaKeys } from '../stand-in/keys.js';
import { ACS, IDP, posted, REQUEST, SP } from '../stand-in/response.js';

export type Expecting = Partial<Omit<ExpectedOfResponse, 'provider'>> & Partial<ExpectedOfResponse['provider']>;

export function expecting({ entityId = SP, signingKeys, ...others }: Expecting = {}): ExpectedOfResponse {
  return {
    provider: { entityId: IDP, signingKeys: signingKeys ?? [rsaKeys().publicKey] },
    ...{ entityId, address: ACS, decryptionKeys: [rsaKeys('sp').privateKey], clockSkew: seconds(120), at: now() },
    ...{ signed: 'assertion', requestIds: [REQUEST], takesUnsolicited: false },
    ...others,
  };
}

/** Reads this response as XML. */
export const read = (xml: string, changes: Expecting = {}): ReadResponse =>
  readResponse(posted(xml), expecting(changes));

/** In a word: the reason of a refusal, `verified`, or what the provider says. */
export function short(xml: string, changes: Expecting = {}): string {
  const said = read(xml, changes);
  return said.kind === 'refused' ? said.reason : said.kind;
}

/** Who it is, if anybody. */
export function nameIn(xml: string, changes: Expecting = {}): string | undefined {
  const said = read(xml, changes);
  return said.kind === 'verified' ? said.assertion.nameId?.value : undefined;
}
