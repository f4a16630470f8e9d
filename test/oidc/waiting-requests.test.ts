/** Authorization requests: what they require, what of them is not granted yet, and what a sign-in leaves with them. */
import { describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import type { Grant as LibraryGrant, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { PASSWORD, TWO_FACTOR } from '../../src/base/authentication-level.js';
import { hours, now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { factsFrom } from '../../src/oidc/interactions/facts-of-request.js';
import { isWaiting, overOf } from '../../src/oidc/interactions/interaction-document.js';
import { mergeGrantPayloads } from '../../src/oidc/interactions/merge-grant-payloads.js';
import { newGrant, sidOf } from '../../src/oidc/interactions/new-grant.js';
import { askingOf, requirementsOf } from '../../src/oidc/interactions/requirements-of-request.js';
import { startAgainFrom } from '../../src/oidc/interactions/restart-sign-in.js';
import { saveGrant } from '../../src/oidc/interactions/save-grant.js';
import { epochOfLogin, loginOf, loginResult } from '../../src/oidc/interactions/sign-in-result.js';
import { give, isNothing, missingOf, missingUnasked } from '../../src/oidc/interactions/unconsented.js';
import { pairwiseSubjects } from '../../src/oidc/issuance/pairwise-subjects.js';
import type { Client } from '../../src/realm/clients/client.js';
import type { Settings } from '../../src/realm/settings/settings.js';
import type { GrantDraft } from '../../src/sessions/grants/grant-draft.js';
import type { Proof } from '../../src/sessions/proof.js';
import type { KnownUser } from '../../src/sign-in/flow/facts.js';
import { ORDERS } from '../access/world.js';
import { inRequest, libraryClient, ourClient, user } from './request.js';

type OidcRequest = KoaContextWithOIDC['oidc'];

const pairwise = pairwiseSubjects(Buffer.alloc(32));
const asking = (about: Partial<Client> = {}, ask: Settings['secondFactor']['ask'] = 'when-required') =>
  askingOf(ourClient(about), pairwise, { secondFactor: { ask } as Settings['secondFactor'] });
const required = (params: object, about: Partial<Client> = {}) =>
  requirementsOf(params as Record<string, unknown>, asking(about));

describe('an authorization request requires', () => {
  test('nothing by itself', () => {
    expect(required({})).toEqual({
      login: false,
      choose: false,
      consent: false,
      alwaysSecondFactor: false,
      acrValues: [],
    });
  });

  test('what its prompts say', () => {
    expect(required({ prompt: 'login consent' })).toMatchObject({ login: true, choose: false, consent: true });
    expect(required({ prompt: 'select_account' })).toMatchObject({ login: false, choose: true });
  });

  test('consent of a native client, whose redirect another application may hear', () => {
    expect(required({}, { applicationType: 'native' }).consent).toBe(true);
  });

  test('an age of the sign-in, as text or as a number', () => {
    expect(required({ max_age: '0' }).maxAgeSeconds).toBe(0);
    expect(required({ max_age: 60 }).maxAgeSeconds).toBe(60);
  });

  test('the level of its client, and a second factor of everybody who has one', () => {
    expect(required({}, { requiredLevel: TWO_FACTOR }).level).toBe(TWO_FACTOR);
    expect(required({}, { connectors: ['corp'] }).userstores).toEqual(['corp']);
    expect(requirementsOf({}, asking({}, 'whoever-has-one')).alwaysSecondFactor).toBe(true);
  });

  test('one of the levels that it lists, and one of those that it calls essential', () => {
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: PASSWORD } } });
    expect(required({ acr_values: ` ${TWO_FACTOR}  gold `, claims }).acrValues).toEqual([
      [TWO_FACTOR, 'gold'],
      [PASSWORD],
    ]);
    expect(required({ acr_values: '  ' }).acrValues).toEqual([]);
  });

  describe('a person', () => {
    const hint = (sub: string) => new SignJWT({ sub }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32));
    const claims = (...values: string[]) => JSON.stringify({ id_token: { sub: { values } } });

    test('whom its claims or its hint name', async () => {
      expect(required({ claims: claims('ada', 'bob') }).subjects).toEqual(['ada', 'bob']);
      expect(required({ id_token_hint: await hint('ada') }).subjects).toEqual(['ada']);
    });

    test('whom both name, or nobody', async () => {
      expect(required({ claims: claims('ada', 'bob'), id_token_hint: await hint('bob') }).subjects).toEqual(['bob']);
      expect(required({ claims: claims('ada'), id_token_hint: await hint('bob') }).subjects).toEqual([]);
    });

    test('by the name that the client knows them by', () => {
      const about: Partial<Client> = { subjectType: 'pairwise' };
      const name = pairwise.of('ada', 'shop.example');
      expect(required({ claims: claims(name) }, about).subjects).toEqual(['ada']);
      expect(required({ claims: claims('ada') }, about).subjects).toEqual([]);
    });
  });
});

describe('what is not granted yet', () => {
  const request = (about: object = {}): OidcRequest =>
    ({
      client: libraryClient({ firstParty: false }),
      prompts: new Set(),
      requestParamOIDCScopes: new Set(['openid', 'profile']),
      requestParamScopes: new Set(['openid', 'profile', 'orders:read']),
      requestParamClaims: new Set(['name', 'email', 'sub']),
      resourceServers: { [ORDERS]: { scope: 'orders:read orders:write' } },
      ...about,
    }) as unknown as OidcRequest;
  const granted = (about: { scope?: string; claims?: string[]; orders?: string; jti?: string }): LibraryGrant =>
    ({
      jti: about.jti ?? 'g',
      getOIDCScopeEncountered: () => about.scope ?? '',
      getOIDCClaimsEncountered: () => about.claims ?? [],
      getResourceScopeEncountered: () => about.orders ?? '',
    }) as unknown as LibraryGrant;
  const missing = (oidc: OidcRequest, grant?: LibraryGrant) => inRequest(() => missingOf(oidc, grant));

  test('without a grant is everything that the client may be told', async () => {
    expect(await missing(request())).toEqual({
      scopes: ['openid', 'profile'],
      // `email` is not within the scopes of the client, and nobody is asked about `sub`.
      claims: ['name'],
      resourceScopes: { [ORDERS]: ['orders:read'] },
      noGrant: true,
    });
  });

  test('is what the grant neither contains nor refused', async () => {
    const grant = granted({ scope: 'openid', claims: ['name'], orders: 'orders:read' });
    expect(await missing(request(), grant)).toEqual({ scopes: ['profile'], claims: [], resourceScopes: {} });
  });

  test('has no permission that the user does not hold', async () => {
    const account = { access: { permissions: () => ['orders:write'] } };
    expect((await missing(request({ account }))).resourceScopes).toEqual({});
  });

  test('has offline_access only where the client may get it', async () => {
    const offline = { requestParamOIDCScopes: new Set(['offline_access']) };
    const scopes = async (about: object, client: Partial<Client>) =>
      (await missing(request({ ...offline, ...about, client: libraryClient(client) }))).scopes;
    expect(await scopes({}, { firstParty: true })).toEqual([]);
    expect(await scopes({}, { firstParty: true, offlineAccess: true })).toEqual(['offline_access']);
    expect(await scopes({ prompts: new Set(['consent']) }, { firstParty: true })).toEqual(['offline_access']);
    expect(await scopes({}, { firstParty: false })).toEqual(['offline_access']);
  });

  test('is nothing only if there is a grant', () => {
    const nothing = { scopes: [], claims: [], resourceScopes: {} };
    expect(isNothing(nothing)).toBe(true);
    expect(isNothing({ ...nothing, noGrant: true })).toBe(false);
    expect(isNothing({ ...nothing, resourceScopes: { [ORDERS]: ['orders:read'] } })).toBe(false);
    expect(isNothing({ ...nothing, claims: ['name'] })).toBe(false);
  });

  test('is asked of nobody where offline_access is all of it and nobody may be asked', () => {
    const offline = { scopes: ['offline_access', 'openid'], claims: [], resourceScopes: {} };
    expect(missingUnasked(offline).scopes).toEqual(['openid']);
  });

  test('is added to a grant by each of its kinds', () => {
    const added: unknown[] = [];
    const grant = {
      addOIDCScope: (scope: string) => added.push(scope),
      addOIDCClaims: (claims: string[]) => added.push(claims),
      addResourceScope: (api: string, scope: string) => added.push([api, scope]),
    } as unknown as LibraryGrant;
    give(grant, { scopes: ['openid', 'email'], claims: ['name'], resourceScopes: { [ORDERS]: ['a', 'b'] } });
    give(grant, { scopes: [], claims: [], resourceScopes: {} });
    expect(added).toEqual(['openid email', ['name'], [ORDERS, 'a b']]);
  });
});

describe('two payloads of one grant', () => {
  const merged = (theirs: object, ours: object): unknown =>
    JSON.parse(mergeGrantPayloads(JSON.stringify(theirs), JSON.stringify(ours)));

  test('keep every scope and claim of either', () => {
    expect(
      merged(
        { openid: { scope: 'openid email', claims: ['name'] }, resources: { a: 'x', b: 'y' } },
        { openid: { scope: 'openid', claims: ['name', 'zip'] }, resources: { b: 'z' } },
      ),
    ).toEqual({ openid: { scope: 'openid email', claims: ['name', 'zip'] }, resources: { a: 'x', b: 'y z' } });
  });

  test('have nothing that neither has', () => {
    expect(merged({ accountId: 'ada' }, { clientId: 'c' })).toEqual({ accountId: 'ada', clientId: 'c' });
  });
});

describe('a new grant', () => {
  const provider = {
    Grant: class {
      jti?: string;
    },
  } as unknown as Provider;
  const whose = { sessionUid: 's', accountId: 'ada', clientId: 'shop', formerId: undefined };
  const idOf = (about: Partial<Parameters<typeof newGrant>[1]>, isThere = false) =>
    inRequest(async (scope) => {
      scope.reads.grant.remember('former', isThere ? ({ id: 'former' } as never) : undefined);
      return (await newGrant(provider, { ...whose, ...about })).jti;
    });

  test('has the same id in every tab, and another for another person, client or session', async () => {
    const id = await idOf({});
    expect(await idOf({})).toBe(id);
    for (const other of [{ sessionUid: 't' }, { accountId: 'bob' }, { clientId: 'forum' }]) {
      expect(await idOf(other)).not.toBe(id);
    }
  });

  test('takes the id that the session names, if another tab is about to write that', async () => {
    expect(await idOf({ formerId: 'former' })).toBe('former');
  });

  test('never takes the id of a grant that is there and dead', async () => {
    const id = await idOf({ formerId: 'former' }, true);
    expect(id).not.toBe('former');
    expect(id).not.toBe(await idOf({}));
  });

  test('leads to one name of the session for each client', () => {
    expect(sidOf('s', 'shop')).toBe(sidOf('s', 'shop'));
    expect(new Set([sidOf('s', 'shop'), sidOf('s', 'forum'), sidOf('t', 'shop')]).size).toBe(3);
  });
});

test('a grant is written by the writer that it was saved with, and another grant of the request is not', async () => {
  const saved = (jti: string) => ({ jti, save: async () => jti }) as unknown as LibraryGrant;
  const written: string[] = [];
  const draft = (name: string) => ({ save: async () => void written.push(`${name} alone`) }) as unknown as GrantDraft;
  await inRequest(async (scope) => {
    expect(await saveGrant(saved('a'), async () => void written.push('a with its consent'))).toBe('a');
    await saveGrant(saved('b'));
    await scope.grantWriters.of('a')(draft('a'));
    await scope.grantWriters.of('b')(draft('b'));
  });
  expect(written).toEqual(['a with its consent', 'b alone']);
});

describe('the result of a sign-in', () => {
  const proofs: Proof[] = [
    { method: 'pwd', at: 5000 },
    { method: 'otp', at: 9000 },
  ];
  const signedIn = { kind: 'signed-in', userId: 'ada', startedAt: 4000, signOutEpoch: 7, proofs } as const;

  test('says who, when and how', () => {
    const result = loginResult(signedIn);
    expect(result).toMatchObject({ accountId: 'ada', acr: TWO_FACTOR, proofs, signOutEpoch: 7 });
    expect(result.amr).toEqual(expect.arrayContaining(['pwd', 'otp', 'mfa']));
    expect(result).not.toHaveProperty('remember');
    expect(loginResult({ ...signedIn, remember: false }).remember).toBe(false);
  });

  test('needs a proof', () => {
    expect(() => loginResult({ ...signedIn, proofs: [] })).toThrow('without a password');
  });

  test('of an earlier version has the epoch of when it began, or none', () => {
    expect(epochOfLogin({ signOutEpoch: 3, startedAt: 9 })).toBe(3);
    expect(epochOfLogin({ startedAt: 9 })).toBe(8);
    expect(epochOfLogin({})).toBeUndefined();
    expect(loginOf(undefined)).toBeUndefined();
  });
});

describe('the facts of a request', () => {
  const know = async ({ id }: { id: string }) => ({ id }) as KnownUser;
  const missing = { scopes: [], claims: [], resourceScopes: {} };
  const here: Proof[] = [{ method: 'pwd', at: 2000 }];
  const before: Proof[] = [{ method: 'pwd', at: 1000 }];
  const login = (signOutEpoch: number) => ({ login: { accountId: 'ada', proofs: here, signOutEpoch } }) as never;
  const facts = (results: never, signedOutAt?: number) =>
    inRequest(() => factsFrom(know, { userId: 'ada', sessionProofs: before, results, missing }), {
      users: [user(signedOutAt === undefined ? {} : { signedOutAt })],
    });

  test('are the proofs of the session, until somebody signs in here', async () => {
    expect(await facts(undefined as never)).toMatchObject({ user: { id: 'ada' }, shownBefore: before, shownHere: [] });
    expect(await facts(login(5))).toMatchObject({ shownBefore: [], shownHere: here });
  });

  test('have no proof of before the user was signed out everywhere', async () => {
    expect(await facts(login(5), 6)).toMatchObject({ shownBefore: [], shownHere: [] });
  });

  test('say what this interaction has come to', async () => {
    expect(await facts({ chosen: {} } as never)).toMatchObject({ chosenHere: true, consentedHere: false });
    expect(await facts({ consent: {} } as never)).toMatchObject({ chosenHere: false, consentedHere: true });
  });
});

test('an interaction waits until its end, or until it is over; then only its client is kept, for a day', () => {
  const document = { id: hashOf('uid'), payload: 'x', clientId: 'c', endsAt: now() + 1000, expiresAt: 0 };
  expect(isWaiting(document)).toBe(true);
  expect(isWaiting({ ...document, endsAt: now() - 1 })).toBe(false);
  expect(isWaiting({ id: document.id, payload: 'x', expiresAt: 0 })).toBe(true);
  const over = overOf(document);
  expect(isWaiting(over)).toBe(false);
  expect(over).toMatchObject({ payload: '{}', clientId: 'c' });
  expect(over.expiresAt - now()).toBeGreaterThan(hours(23));
});

describe('a person whose sign-in cannot go on', () => {
  const startAgain = (uid: string, about: Partial<Client>) =>
    inRequest(async (scope) => {
      scope.reads.interaction.remember(hashOf('uid'), { id: hashOf('uid'), clientId: 'shop' } as never);
      scope.reads.interaction.remember(hashOf('other'), undefined);
      return startAgainFrom('https://id.example.com', { get: async () => ({ ...ourClient(about), version: 1 }) })(uid);
    });
  const about = { initiateLoginUri: 'https://shop.example/login?a=1' };

  test('starts again where the application says, which is told of this issuer', async () => {
    expect(await startAgain('uid', about)).toEqual({
      application: 'Shop',
      href: 'https://shop.example/login?a=1&iss=https%3A%2F%2Fid.example.com',
    });
  });

  test('starts nowhere if nobody knows the application, or it has no such address', async () => {
    expect(await startAgain('other', about)).toBeUndefined();
    expect(await startAgain('', about)).toBeUndefined();
    expect(await startAgain('uid', {})).toBeUndefined();
  });
});
