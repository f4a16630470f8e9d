/** At Microsoft: whose tenant is let in, who somebody is, and which addresses are proof. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkTenant } from '../../../../src/federation/oidc/admitted-claims.js';
import { oidcKind } from '../../../../src/federation/oidc/oidc-kind.js';
import { signIn } from '../connector.js';
import { microsoftDocument } from './discovery-documents.js';
import { caseOf, OTHER_TENANT, PERSONAL, TENANT } from './preset-cases.js';
import { mappedPerson, presetConnector, presetProblems, shortly } from './preset-connector.js';
import { type PresetFixture, presetFixture } from './preset-fixture.js';
import { type Claims, PresetProvider } from './preset-provider.js';

const FOREIGN = '11111111-2222-4333-8444-555555555555';
const issuerOf = (tenant: string): string => `https://login.microsoftonline.com/${tenant}/v2.0`;

describe('for several tenants', () => {
  let microsoft: PresetFixture;
  beforeAll(async () => {
    microsoft = await presetFixture('microsoft-tenants');
  });

  test.each<[string, Claims, string]>([
    ['one of the list', {}, 'ok'],
    ['another one of the list', { tid: OTHER_TENANT, iss: issuerOf(OTHER_TENANT) }, 'ok'],
    ['a foreign one, of which the library takes every token', { tid: FOREIGN, iss: issuerOf(FOREIGN) }, 'denied'],
    ['one of the list in a token of a foreign issuer', { iss: issuerOf(FOREIGN) }, 'upstream-error: token-issuer'],
    ['a foreign one in a token of an issuer of the list', { tid: FOREIGN }, 'upstream-error: token-issuer'],
    [
      'one of the list in a token of another one of the list',
      { iss: issuerOf(OTHER_TENANT) },
      'upstream-error: token-issuer',
    ],
    ['none', { tid: undefined, iss: issuerOf('undefined') }, 'denied'],
    ['a list of tenants', { tid: [TENANT], iss: issuerOf(TENANT) }, 'denied'],
    ['personal accounts, which are not of the list', { tid: PERSONAL, iss: issuerOf(PERSONAL) }, 'denied'],
    [
      'none, in a token of the announced issuer',
      { tid: undefined, iss: issuerOf('{tenantid}') },
      'upstream-error: token-issuer',
    ],
  ])('the tenant of the token is %s', async (_name, claims, expected) => {
    microsoft.tell(claims);
    const { connector, events } = microsoft.connector();
    expect(shortly(await signIn(connector, microsoft.provider.browser))).toBe(expected);
    if (expected === 'denied') expect(events).toEqual([{ reason: 'tenant-not-allowed' }]);
  });

  test('the same object id in two tenants is two people', async () => {
    microsoft.tell({});
    const here = await mappedPerson(microsoft.connector(), microsoft.provider);
    microsoft.tell({ tid: OTHER_TENANT, iss: issuerOf(OTHER_TENANT) });
    const there = await mappedPerson(microsoft.connector(), microsoft.provider);
    expect(here.subject).not.toBe(there.subject);
  });

  test('also with personal accounts, by the issuer for all', async () => {
    const provider = await PresetProvider.start(microsoftDocument('common', '{tenantid}', PERSONAL));
    const { idToken } = caseOf('microsoft-personal');
    Object.assign(provider, { idToken, userinfo: { sub: idToken['sub'] } });
    const connection = { issuer: 'https://login.microsoftonline.com/common/v2.0', tenants: [TENANT, PERSONAL] };
    const person = await mappedPerson(presetConnector(provider, { preset: 'microsoft-tenants', connection }), provider);
    expect(person.subject).toMatch(new RegExp(`^${PERSONAL}:`));
  });

  test('the test of the connector succeeds', async () => {
    const steps = await microsoft.connector().connector.test();
    expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual(['discovery ok', 'keys ok']);
  });

  test.each([
    ['without the list, as any provider', undefined],
    ['at another host', 'https://login.example.test/{tenantid}/v2.0'],
    ['at another place of the host', 'https://login.microsoftonline.com/other/{tenantid}/v2.0'],
  ])('an announced issuer that names no tenant is refused %s', async (_name, announced) => {
    const { provider } = microsoft;
    const { document } = provider;
    const content = announced === undefined ? document.content : { ...document.content, issuer: announced };
    const changed = Object.assign(await PresetProvider.start({ ...document, content }), { idToken: provider.idToken });
    const plain = { connection: { issuer: 'https://login.microsoftonline.com/organizations/v2.0' } };
    const { connector } =
      announced === undefined
        ? presetConnector(changed, plain)
        : presetConnector(changed, { preset: 'microsoft-tenants', connection: { tenants: [TENANT] } });
    expect(shortly(await signIn(connector, changed.browser))).toBe('misconfigured: issuer-mismatch');
  });
});

test('the issuer is compared here too, whatever the library does', () => {
  const settings = oidcKind.settings.parse({
    connection: { issuer: issuerOf('organizations'), clientId: 'x', tenants: [TENANT] },
  });
  const check = (iss: string) => () =>
    checkTenant(new Map(Object.entries({ tid: TENANT, iss })), settings, { issuer: issuerOf('{tenantid}') });
  expect(check(issuerOf(TENANT))).not.toThrow();
  expect(check(issuerOf(FOREIGN))).toThrow('token-issuer');
  expect(check(issuerOf('{tenantid}'))).toThrow('token-issuer');
});

describe('for one tenant', () => {
  let microsoft: PresetFixture;
  beforeAll(async () => {
    microsoft = await presetFixture('microsoft');
  });

  test.each<[string, Claims, string]>([
    ['of a foreign tenant', { tid: FOREIGN, iss: issuerOf(FOREIGN) }, 'upstream-error: token-issuer'],
    ['whose tid is a foreign one', { tid: FOREIGN }, 'denied'],
    ['of the former version', { iss: `https://sts.windows.net/${TENANT}/` }, 'upstream-error: token-issuer'],
  ])('a token %s is refused', async (_name, claims, expected) => {
    microsoft.tell(claims);
    expect(shortly(await signIn(microsoft.connector().connector, microsoft.provider.browser))).toBe(expected);
  });

  test('two tenants are refused', () => {
    const connection = { tenants: [TENANT, OTHER_TENANT] };
    expect(presetProblems({ preset: 'microsoft', connection })).toEqual(['connection.tenants: oidc-one-tenant']);
  });

  test.each<[string, Claims, boolean]>([
    ['of a verified domain', { xms_edov: true }, true],
    ['of a verified domain, as a number', { xms_edov: 1 }, true],
    ['of a verified domain, as a text', { xms_edov: '1' }, true],
    ['of which nothing is said', { xms_edov: undefined }, false],
    ['of no verified domain', { xms_edov: false }, false],
    ['of no verified domain, as a number', { xms_edov: '0' }, false],
    ['with email_verified, which a tenant can make up', { xms_edov: undefined, email_verified: true }, false],
    [
      'that is among the verified ones, in another casing',
      { xms_edov: undefined, verified_primary_email: ['Bea@Contoso.example'] },
      true,
    ],
    [
      'that is not among the verified ones',
      { xms_edov: false, verified_primary_email: ['other@contoso.example'] },
      false,
    ],
    ['beside a verified text', { xms_edov: false, verified_primary_email: 'bea@contoso.example' }, false],
  ])('an address %s', async (_name, claims, isProof) => {
    microsoft.tell(claims);
    const person = await mappedPerson(microsoft.connector(), microsoft.provider);
    expect(person).toMatchObject({ email: 'bea@contoso.example', emailVerified: isProof });
  });

  test('groups are object ids, and more of them than fit are not told', async () => {
    const withGroups = microsoft.connector({ subject: { groups: 'groups' } });
    const groupsOf = async (claims: Claims) => {
      microsoft.tell(claims);
      const outcome = await signIn(withGroups.connector, microsoft.provider.browser);
      if (outcome.kind !== 'ok') throw new Error(outcome.kind);
      return outcome.identity.groups;
    };
    expect(await groupsOf({ groups: ['a1', 'b2'] })).toEqual([{ name: 'a1' }, { name: 'b2' }]);
    expect(await groupsOf({ groups: [] })).toEqual([]);
    const elsewhere = {
      _claim_names: { groups: 'src1' },
      _claim_sources: { src1: { endpoint: 'https://graph.microsoft.com/v1.0/users/1/getMemberObjects' } },
    };
    expect(await groupsOf(elsewhere)).toBeUndefined();
    expect(await groupsOf({ ...elsewhere, groups: [] })).toBeUndefined();
    expect(await groupsOf({ hasgroups: true, groups: [] })).toBeUndefined();
    expect(await groupsOf({ hasgroups: 'true', groups: ['a1'] })).toBeUndefined();
  });
});
