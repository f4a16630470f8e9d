/** Twenty thousand documents that a provider did not write as they are. None may be believed, and none may surprise the reader. */
import { expect, test } from '@jest/globals';
import { readSignOutMessage } from '../../../../src/federation/saml/messages/read-sign-out.js';
import { readResponse } from '../../../../src/federation/saml/reader/read-response.js';
import type { ReadResponse, ReadSignOutMessage } from '../../../../src/federation/saml/reader/reader.js';
import { SAML_REFUSALS } from '../../../../src/federation/saml/reader/refusals.js';
import { expecting } from '../reader/reading.js';
import { rsaKeys } from '../stand-in/keys.js';
import { logoutRequestXml, logoutResponseXml } from '../stand-in/logout.js';
import { IDP, NAME_ID, posted, response, SP, type Written } from '../stand-in/response.js';
import { changed } from './changes.js';
import { Random } from './random.js';

const SEED = 20_261_201;
const RESPONSES = 16_000;
const MESSAGES = 4000;
const at = Date.UTC(2026, 11, 1, 12);
const SLO = 'https://id.example.com/connector/partner/sign-out';

const REASONS: ReadonlySet<string> = new Set(SAML_REFUSALS);

test(`of ${RESPONSES} responses that were changed, none says anything but what was signed`, () => {
  const written: Written = { issuedAt: at, attributes: { mail: ['ned@partner.test'], groups: ['staff', 'chess'] } };
  const bases = (['assertion', 'response', 'both'] as const).flatMap((sign) => [
    response({ ...written, sign }),
    response({ ...written, sign, encrypted: { keys: rsaKeys('sp') } }),
  ]);
  // About somebody else, for another request and another audience: parts of it are signed too.
  const other = response({
    ...{
      issuedAt: at,
      nameId: NAME_ID.replace('ned-1', 'eve'),
      inResponseTo: '_request2',
      audience: 'https://other.test',
    },
    ...{ sign: 'both', assertionId: '_assertion2', id: '_response2', attributes: { mail: ['eve@evil.test'] } },
  });
  const expected = { ...expecting({ at, signed: 'any' }), takesUnsolicited: true };
  const truth = (said: ReadResponse) => {
    if (said.kind !== 'verified') return undefined;
    const { nameId, attributes, sessionIndex, contextClass, authenticatedAt, id, isUnsolicited } = said.assertion;
    return { nameId, attributes: [...attributes], sessionIndex, contextClass, authenticatedAt, id, isUnsolicited };
  };
  const original = truth(readResponse(posted(bases[0] ?? ''), expected));
  expect(original).toMatchObject({ nameId: { value: 'ned-1' } });
  const random = new Random(SEED);
  const counts = new Map<string, number>();
  for (let n = 0; n < RESPONSES; n++) {
    const xml = changed(random, random.of(bases), other);
    const said = readResponse(posted(xml), expected);
    const reason = said.kind === 'refused' ? said.reason : said.kind;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    if (said.kind === 'refused' && !REASONS.has(said.reason)) throw new Error(`${said.reason}: ${xml}`);
    // Where a change has met nothing that was signed, the person and all that is said of them are the same.
    if (said.kind === 'verified') expect([n, xml, truth(said)]).toEqual([n, xml, original]);
  }
  // It went everywhere: most kinds of refusals came, and some changes changed nothing.
  expect(counts.size).toBeGreaterThan(15);
  expect(counts.get('verified')).toBeGreaterThan(10);
});

test(`of ${MESSAGES} changed messages about sign-outs, none is believed but for what was signed`, () => {
  const nameId = NAME_ID;
  const common = { issuer: IDP, destination: SLO, issuedAt: at };
  const request = logoutRequestXml({ ...common, nameId, sessionIndexes: ['s1'], sign: true });
  const other = logoutRequestXml({
    ...common,
    id: '_other',
    nameId: NAME_ID.replace('ned-1', 'eve'),
    destination: 'https://other.test',
    sign: true,
  });
  const bases = [
    request,
    logoutRequestXml({ ...common, nameId }),
    logoutResponseXml({ ...common, inResponseTo: '_r' }),
  ];
  const { provider, decryptionKeys, clockSkew } = expecting();
  const expected = { provider, decryptionKeys, clockSkew, entityId: SP, address: SLO, at };
  const readIt = (xml: string): ReadSignOutMessage => {
    const name = xml.includes('LogoutResponse') ? 'SAMLResponse' : 'SAMLRequest';
    const fields = new Map([[name, posted(xml)]]);
    return readSignOutMessage({ binding: 'post', query: '', fields }, expected);
  };
  expect(readIt(request)).toMatchObject({ kind: 'request', nameId: { value: 'ned-1' }, sessionIndexes: ['s1'] });
  const random = new Random(SEED + 1);
  for (let n = 0; n < MESSAGES; n++) {
    const xml = changed(random, random.of(bases), other);
    const said = readIt(xml);
    if (said.kind === 'refused' && !REASONS.has(said.reason)) throw new Error(`${said.reason}: ${xml}`);
    if (said.kind === 'request')
      expect([n, xml, said.nameId.value, said.sessionIndexes]).toEqual([n, xml, 'ned-1', ['s1']]);
    if (said.kind === 'response') expect([n, xml, said.isSigned]).toEqual([n, xml, false]);
  }
});
