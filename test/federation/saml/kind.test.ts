/** The kind `saml` as a whole, and its presets, with answers as the documentation of each provider shows them. */
import { describe, expect, test } from '@jest/globals';
import { connectorInput } from '../../../src/federation/connectors/connector-input.js';
import { byKind, withPresetMapping } from '../../../src/federation/connectors/connector-settings.js';
import { mapIdentity } from '../../../src/federation/mapping/map-identity.js';
import { samlKind } from '../../../src/federation/saml/saml-kind.js';
import { ADDRESSES, begun, connectorTo, ownKey, PROVIDER, type SamlConnector, signIn, STATE } from './connector.js';
import { rsaKeys } from './stand-in/keys.js';
import { base64Of, entityXml } from './stand-in/metadata.js';
import { NAME_ID, posted, response, type Written } from './stand-in/response.js';

const WS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';
const MS = 'http://schemas.microsoft.com/identity/claims/';
const nameId = (format: string, value: string): string =>
  `<saml:NameID Format="urn:oasis:names:tc:SAML:${format}">${value}</saml:NameID>`;
const EMAIL = '1.1:nameid-format:emailAddress';
const UNSPECIFIED = '1.1:nameid-format:unspecified';
const PERSISTENT = '2.0:nameid-format:persistent';
const short = async (outcome: Promise<{ kind: string; reason?: string }>): Promise<string> => {
  const { kind, reason } = await outcome;
  return reason === undefined ? kind : `${kind}: ${reason}`;
};

const SHAPES: readonly (readonly [
  preset: string,
  written: Written,
  subject: string,
  username: string,
  groups?: readonly string[],
])[] = [
  [
    'entra-id',
    {
      nameId: nameId(EMAIL, 'ned@corp.test'),
      attributes: {
        [`${MS}tenantid`]: ['8eaef023-2b34-4da1-9baa-8bc8c9d6a490'],
        [`${MS}objectidentifier`]: ['aaaabbbb-0000-cccc-1111-dddd2222eeee'],
        [`${MS}displayname`]: ['Ned Land'],
        'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups': ['0f0d1c1e-1111-2222-3333-444455556666'],
        [`${WS}name`]: ['Ned@corp.test'],
        [`${WS}emailaddress`]: ['ned@corp.test'],
      },
      contextClass: 'urn:oasis:names:tc:SAML:2.0:ac:classes:X509',
    },
    'aaaabbbb-0000-cccc-1111-dddd2222eeee',
    'ned@corp.test',
    ['0f0d1c1e-1111-2222-3333-444455556666'],
  ],
  [
    'adfs',
    {
      nameId: nameId(PERSISTENT, 'sPk0hbqgzkKbXnUsDnM0mQ=='),
      attributes: {
        [`${WS}name`]: ['NED@corp.test'],
        'http://schemas.xmlsoap.org/claims/Group': ['Domain Users', 'staff'],
      },
    },
    'sPk0hbqgzkKbXnUsDnM0mQ==',
    'ned@corp.test',
    ['Domain Users', 'staff'],
  ],
  [
    'okta',
    {
      sign: 'both',
      nameId: nameId(UNSPECIFIED, 'ned@corp.test'),
      attributes: { userId: ['00u1ero7vZFVEIYLWPBN'], username: ['ned@corp.test'], groups: ['Everyone'] },
    },
    '00u1ero7vZFVEIYLWPBN',
    'ned@corp.test',
    ['Everyone'],
  ],
  ['google-workspace', { nameId: nameId(EMAIL, 'Ned@corp.test') }, 'Ned@corp.test', 'ned@corp.test', []],
  [
    'google-workspace',
    { nameId: nameId(EMAIL, 'ned@corp.test'), sign: 'response' },
    'ned@corp.test',
    'ned@corp.test',
    [],
  ],
  [
    'keycloak',
    {
      sign: 'response',
      nameId: nameId(PERSISTENT, 'G-4f8c0d2e'),
      attributes: { username: ['ned'], groups: ['staff'] },
    },
    'G-4f8c0d2e',
    'ned',
    ['staff'],
  ],
  [
    'simplesamlphp',
    { nameId: nameId(PERSISTENT, '_93cb'), attributes: { 'urn:oid:0.9.2342.19200300.100.1.1': ['ned'] } },
    '_93cb',
    'ned',
  ],
];

describe.each(SHAPES)('the preset %s', (preset, written, subject, username, groups) => {
  test(`knows ${subject}`, async () => {
    const outcome = await signIn(connectorTo({ preset }), written);
    expect(outcome).toMatchObject({ kind: 'ok', identity: { subject } });
    if (outcome.kind !== 'ok') return;
    expect(outcome.identity.groups?.map(({ name }) => name)).toEqual(groups);
    const connection = { idpEntityId: PROVIDER };
    const input = connectorInput.parse({ id: 'x', displayName: 'X', kind: 'saml', preset, connection });
    const mapped = mapIdentity(withPresetMapping(byKind([samlKind]), input).mapping, outcome.identity);
    expect([mapped.username, mapped.emailVerified]).toEqual([username, false]);
  });

  test('says no as the others do', async () => {
    const said = (status: string, subStatus: string) =>
      short(signIn(connectorTo({ preset }), { status, subStatus, sign: 'none' }));
    expect(await said('Responder', 'AuthnFailed')).toBe('denied');
    expect(await said('Responder', 'RequestDenied')).toBe('denied');
    expect(await said('Responder', 'NoPassive')).toBe('upstream-error: saml-no-passive');
    expect(await said('Requester', 'InvalidNameIDPolicy')).toBe('misconfigured: saml-request-refused');
    expect(await said('Responder', 'Nonsense')).toBe('upstream-error: saml-provider-failed');
  });
});

describe('who somebody is', () => {
  const by = (written: Written, subject?: object) =>
    short(signIn(connectorTo({ ...(subject && { subject }) }), written));

  test('is a name that lasts, or the attribute of the settings', async () => {
    expect(await by({ nameId: nameId('2.0:nameid-format:transient', 't') })).toBe(
      'misconfigured: saml-transient-subject',
    );
    expect(await by({ nameId: nameId(EMAIL, 'a@b.test') })).toBe('misconfigured: saml-name-id-format');
    expect(await by({ nameId: '<saml:NameID>a</saml:NameID>' })).toBe('misconfigured: saml-name-id-format');
    expect(await by({ nameId: '' })).toBe('misconfigured: saml-no-subject');
    expect(await by({ nameId: '<saml:NameID>a</saml:NameID>' }, { nameId: 'any' })).toBe('ok');
    expect(await by({ nameId: nameId('2.0:nameid-format:transient', 't') }, { nameId: 'any' })).toBe(
      'misconfigured: saml-transient-subject',
    );
    const attribute = { attribute: 'employee' };
    expect(await by({ attributes: { employee: ['e-1'] }, nameId: '' }, attribute)).toBe('ok');
    expect(await by({ attributes: { employee: ['e-1', 'e-2'] } }, attribute)).toBe('upstream-error: subject-invalid');
    expect(await by({ attributes: { other: ['e-1'] } }, attribute)).toBe('misconfigured: saml-no-subject');
    expect(await by({ attributes: { employee: ['x'.repeat(256)] } }, attribute)).toBe(
      'upstream-error: subject-invalid',
    );
  });

  test('is somebody else, if another provider gave the name', async () => {
    const qualified = NAME_ID.replace('<saml:NameID', '<saml:NameID NameQualifier="https://other.test"');
    const own = NAME_ID.replace('<saml:NameID', `<saml:NameID NameQualifier="${PROVIDER}" SPNameQualifier="us"`);
    const outcomes = await Promise.all(
      [NAME_ID, own, qualified].map((each) => signIn(connectorTo(), { nameId: each })),
    );
    expect(outcomes.map((each) => each.kind === 'ok' && each.identity.subject)).toEqual([
      'ned-1',
      'ned-1',
      'https://other.test!ned-1',
    ]);
  });
});

describe('a sign-in', () => {
  test('is answered by its own request alone, under each of our keys', async () => {
    const before = connectorTo({ ownKeys: [ownKey('current', 'sp')] });
    const { sent } = await begun(before);
    const after = connectorTo({ ownKeys: [ownKey('current', 'sp-next'), ownKey('former', 'sp')] });
    const xml = response({
      ...{ issuer: PROVIDER, assertionIssuer: PROVIDER, inResponseTo: sent.id, destination: null },
      ...{ recipient: 'https://id.example.com/connector/partner/callback' },
    });
    const receive = (connector = after, state = STATE) =>
      connector.receive?.(
        new Map([
          ['SAMLResponse', posted(xml)],
          ['RelayState', state],
        ]),
      );
    expect(await receive()).toMatchObject({ kind: 'received', state: STATE, once: { id: '_assertion1' } });
    expect(await receive(after, 'uid.other')).toEqual({
      kind: 'failed',
      code: 'saml-in-response-to',
      state: 'uid.other',
    });
    expect(await receive(connectorTo({ ownKeys: [ownKey('current', 'sp-other')] }))).toMatchObject({ kind: 'failed' });
    // Who asks for the same state again gets the same name of the request, and nobody guesses it without the key.
    expect([(await begun(before)).sent.id, (await begun(after)).sent.id === sent.id]).toEqual([sent.id, false]);
  });

  test('asks by a form where the settings say so, signed', async () => {
    const outcome = await connectorTo({ connection: { binding: 'post' } }).begin({ state: STATE });
    expect(outcome).toMatchObject({ kind: 'begun', url: 'https://idp.partner.test/sso' });
    const xml = Buffer.from(
      outcome.kind === 'begun' ? (outcome.form?.get('SAMLRequest') ?? '') : '',
      'base64',
    ).toString();
    expect(xml).toMatch(/<saml:Issuer>[^<]*<\/saml:Issuer><ds:Signature/);
    expect(outcome.kind === 'begun' && outcome.form?.get('RelayState')).toBe(STATE);
  });

  test('asks only for what the settings and the application want', async () => {
    const plain = (await begun(connectorTo({ connection: { signRequests: false } }), { loginHint: 'ned' })).sent;
    expect([...plain.url.searchParams.keys()]).toEqual(['SAMLRequest', 'RelayState']);
    const wished = { nameIdFormat: 'persistent', loginHintParameter: 'login_hint' };
    const { sent } = await begun(connectorTo({ connection: wished }), {
      loginHint: 'ned & co',
      choosesAccount: true,
      wishedLevels: ['urn:x', 'urn:<y>'],
    });
    expect(sent.url.searchParams.get('login_hint')).toBe('ned & co');
    expect(sent.xml).toContain(
      '<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" AllowCreate="true"/>',
    );
    expect(sent.xml).toContain('<saml:AuthnContextClassRef>urn:&lt;y&gt;</saml:AuthnContextClassRef>');
    expect(sent.xml).toContain('ForceAuthn="true"');
  });

  test('counts encrypted alone, where the settings ask for it', async () => {
    expect(await short(signIn(connectorTo({ connection: { encryption: 'required' } })))).toBe(
      'misconfigured: saml-not-encrypted',
    );
  });

  test('is refused for a code that nobody gave, and for what is not kept', async () => {
    const complete = (query: Record<string, string>, received?: string) =>
      short(
        connectorTo().complete({
          state: STATE,
          kept: '{"begunAt":0}',
          query: new URLSearchParams(query),
          ...(received !== undefined && { received }),
        }),
      );
    expect(await complete({ error: 'made-up' })).toBe('upstream-error: unexpected-error');
    expect(await complete({})).toBe('upstream-error: saml-not-posted');
    expect(await complete({}, 'no JSON')).toBe('upstream-error: pending-unreadable');
  });
});

describe('groups', () => {
  const GROUPS = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';
  const by = async (attributes: Readonly<Record<string, readonly string[]>>) => {
    const outcome = await signIn(connectorTo({ subject: { groups: GROUPS } }), { attributes });
    return outcome.kind === 'ok' ? outcome.identity.groups?.map(({ name }) => name) : outcome;
  };

  test('are each one once, and none where the attribute is left out', async () => {
    expect(await by({ [GROUPS]: ['a', 'b', 'a'] })).toEqual(['a', 'b']);
    expect(await by({ mail: ['ned@corp.test'] })).toEqual([]);
  });

  test('are not told, where a link stands in their place', async () => {
    expect(await by({ 'http://schemas.microsoft.com/claims/groups.link': ['https://graph.test/me'] })).toBeUndefined();
  });

  test('are refused whole, if one of them is too long', async () => {
    expect(await by({ [GROUPS]: ['a', 'x'.repeat(256)] })).toEqual({
      kind: 'upstream-error',
      reason: 'saml-attributes',
    });
  });
});

describe('the health of a connector', () => {
  const complete = (connector: SamlConnector, error: string) =>
    connector.complete({ state: STATE, kept: '{"begunAt":0}', query: new URLSearchParams({ error }) });

  test('is not what a browser says', async () => {
    const connector = connectorTo();
    expect(await complete(connector, 'unreachable')).toEqual({ kind: 'unavailable', reason: 'unreachable' });
    await complete(connector, 'metadata-expired');
    expect(connector.health().state).toBe('unknown');
    expect(connector.events.map(({ reason }) => reason)).toEqual(['unreachable', 'metadata-expired']);
  });

  test('is what we see when an answer comes', async () => {
    const connector = connectorTo({ connection: { metadata: 'https://idp.partner.test/metadata' } });
    const fields = new Map([
      ['SAMLResponse', posted(response({}))],
      ['RelayState', STATE],
    ]);
    expect(await connector.receive?.(fields)).toEqual({ kind: 'failed', code: 'unreachable', state: STATE });
    expect(connector.health()).toMatchObject({ state: 'failing', lastFailure: 'unreachable' });
  });

  test('is good after a sign-in', async () => {
    const connector = connectorTo();
    await signIn(connector);
    expect(connector.health()).toMatchObject({ state: 'ok', certificateUntil: expect.any(Number) });
  });
});

test('a test shows what the provider has to know, and warns of keys that cannot be used', async () => {
  const keys = [
    ['signing', base64Of(rsaKeys())],
    ['signing', base64Of(rsaKeys('small', 1024))],
  ] as const;
  const steps = await connectorTo({ connection: { metadataXml: entityXml({ entityId: PROVIDER, keys }) } }).test();
  expect(steps.map(({ step, outcome, reason }) => [step, outcome, reason])).toEqual([
    ['metadata', 'ok', undefined],
    ['certificates', 'warning', 'certificate-unusable'],
    ['own-keys', 'ok', undefined],
  ]);
  expect(steps[1]?.details).toContain('not used: a key rsa 1024');
  expect(steps[2]?.details).toContain(`address for answers: ${ADDRESSES.callback}`);
});
