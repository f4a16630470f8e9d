/** An authorization request leads to a page, to an error for the application, or through. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Grant, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { PASSWORD, TWO_FACTOR } from '../../src/base/authentication-level.js';
import { hours, minutes, now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { whyOf } from '../../src/http/refusals/because.js';
import { type User, users } from '../../src/identity/users/user.js';
import { policy } from '../../src/oidc/interactions/interaction-policy.js';
import { pairwiseSubjects } from '../../src/oidc/issuance/pairwise-subjects.js';
import type { Client } from '../../src/realm/clients/client.js';
import type { Proof } from '../../src/sessions/proof.js';
import { sessions } from '../../src/sessions/session.js';
import { knowUsers } from '../../src/sign-in/known-user.js';
import type { Stored } from '../../src/storage/spec.js';
import type { Realm } from '../../src/storage/store.js';
import { snapshotOf } from '../access/world.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';
import { builtProvider } from './built-provider.js';
import { DEFAULT_SETTINGS } from './koa-context.js';
import { inRequest, libraryClient, user } from './request.js';

const COOKIE = hashOf('cookie');

let provider: Provider;
let opened: TemporaryStore;
let realm: Realm;
beforeAll(async () => {
  provider = await builtProvider();
  opened = await temporaryStore([sessions, users]);
  realm = opened.store.in('default');
  await realm.of(sessions).insert({
    id: 's',
    cookie: COOKIE,
    userId: 'ada',
    startedAt: now(),
    signOutEpoch: now(),
    proofs: [{ method: 'pwd', at: now() - minutes(10) }],
    clients: [],
    payload: '{}',
    expiresAt: now() + hours(1),
  });
});
afterAll(() => opened.close());

interface About {
  readonly params?: Readonly<Record<string, string>>;
  readonly scopes?: readonly string[];
  readonly client?: Partial<Client>;
  /** With `nobody` there is no session. */
  readonly who?: 'nobody' | Partial<User>;
  /** The scopes of the grant that the session has for this client; none: there is no grant. */
  readonly granted?: readonly string[];
  readonly result?: object;
  /** The cookie of an answer that another identity provider sent unasked, and whose button was pressed. */
  readonly arrived?: string;
  readonly isResumed?: boolean;
}

function grantOf(scopes: readonly string[]): Grant {
  const grant = new provider.Grant({ accountId: 'ada', clientId: 'shop' });
  grant.jti = 'g';
  grant.addOIDCScope(scopes.join(' '));
  return grant;
}

const signedInNow = (accountId = 'ada'): { readonly login: object } => {
  const proofs: Proof[] = [{ method: 'pwd', at: now() }];
  return { login: { accountId, ts: 0, acr: PASSWORD, amr: ['pwd'], proofs, startedAt: now(), signOutEpoch: now() } };
};

/** The first check that stops this request, as the library asks them in turn. */
async function stopped(about: About = {}) {
  const { params = {}, scopes = ['openid'], client, who = {}, granted = scopes, result } = about;
  const ada: Stored<User> | undefined = who === 'nobody' ? undefined : user(who);
  let asked = 0;
  const known = knowUsers({
    snapshots: { read: async () => snapshotOf({ groups: [], roles: [], servers: [] }) },
    settings: { get: async () => ({ ...DEFAULT_SETTINGS, version: 1 }) },
    behaviour: async () => undefined,
    authenticators: [],
  });
  const prompts = policy({
    know: (someone) => {
      asked += 1;
      return known(someone);
    },
    pairwise: pairwiseSubjects(Buffer.alloc(32)),
    issuer: new URL('https://id.example.com'),
    redirects: { offered: async () => [], landing: async (id) => (id === 'partner' ? { client: 'shop' } : undefined) },
  });
  const oidc = {
    route: about.isResumed ? 'resume' : 'authorization',
    client: libraryClient(client),
    params,
    prompts: new Set(params['prompt']?.split(' ')),
    promptPending: () => false,
    requestParamScopes: new Set(scopes),
    requestParamOIDCScopes: new Set(scopes),
    requestParamClaims: new Set(),
    resourceServers: {},
    grant: granted.length > 0 ? grantOf(granted) : undefined,
    result,
    session: ada && { accountId: ada.id },
  };
  return inRequest(
    async (scope) => {
      if (ada) await scope.reads.sessionByCookie(COOKIE);
      if (ada) scope.reads.user.remember(ada.id, ada);
      const ctx = { oidc, cookies: { get: () => about.arrived } } as unknown as KoaContextWithOIDC;
      for (const { name, checks, details } of prompts) {
        for (const { reason, error, check } of checks) {
          if (await check(ctx)) return { prompt: name, reason, error, details: await details(ctx), asked };
        }
      }
      return { prompt: undefined, asked };
    },
    { realm, oidc, settings: DEFAULT_SETTINGS },
  );
}

const refusal = async (about: About) => {
  const error: unknown = await stopped(about).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error('It was not refused.');
  return { error: error.message, reason: whyOf(error)?.reason };
};

describe('an authorization request', () => {
  test('of a signed-in user whose grant covers it goes through', async () => {
    expect(await stopped()).toMatchObject({ prompt: undefined });
  });

  test('of nobody leads to the sign-in, and prompt=none is told that a sign-in is needed', async () => {
    expect(await stopped({ who: 'nobody' })).toMatchObject({ prompt: 'login', reason: 'next_step_is_sign_in' });
  });

  test('with prompt=login or a short max_age leads a signed-in user to the sign-in, once', async () => {
    for (const params of [{ prompt: 'login' }, { max_age: '60' }]) {
      expect(await stopped({ params })).toMatchObject({ prompt: 'login' });
      expect(await stopped({ params, result: signedInNow() })).toMatchObject({ prompt: undefined });
    }
  });

  test('with prompt=select_account leads to the choice, once', async () => {
    const params = { prompt: 'select_account' };
    expect(await stopped({ params })).toMatchObject({ prompt: 'select_account', reason: 'next_step_is_choice' });
    expect(await stopped({ params, result: { chosen: {} } })).toMatchObject({ prompt: undefined });
  });

  test('of a user who must do something first is an interaction, and no sign-in', async () => {
    const who = { mustChangePassword: true } as const;
    expect(await stopped({ who, result: signedInNow() })).toMatchObject({
      prompt: 'login',
      reason: 'next_step_is_action',
      error: 'interaction_required',
    });
  });

  test('that asks for more than was granted leads to consent, for what is missing alone', async () => {
    const about = { scopes: ['openid', 'email'], granted: ['openid'], client: { createdAt: 7 } };
    expect(await stopped(about)).toMatchObject({
      prompt: 'consent',
      reason: 'next_step_is_consent',
      details: { missing: { scopes: ['email'] }, requested: { scopes: ['openid', 'email'] }, clientMade: 7 },
    });
    expect(await stopped({ ...about, result: { consent: { grantId: 'g' } } })).toMatchObject({ prompt: undefined });
  });

  test('leads a signed-in user to the sign-in if another provider sent somebody to this client, until it resumes', async () => {
    const arrived = 'partner.a-ticket';
    const asked = { prompt: 'login', reason: 'next_step_is_sign_in' };
    expect(await stopped({ arrived })).toMatchObject(asked);
    for (const about of [
      { isResumed: true },
      { params: { prompt: 'none' } },
      { client: { id: 'another' } },
      { arrived: 'other.a-ticket' },
      { arrived: 'partner' },
    ])
      expect(await stopped({ arrived, ...about })).toMatchObject({ prompt: undefined });
    expect(await refusal({ arrived, params: { acr_values: TWO_FACTOR } })).toMatchObject({
      reason: 'level-not-reached',
    });
  });

  test('is decided once, however many checks ask', async () => {
    expect(await stopped()).toMatchObject({ asked: 1 });
  });
});

describe('the application is told', () => {
  test('that a disabled user is denied access', async () => {
    expect(await refusal({ who: { blocks: [{ by: 'administrator', since: 0 }] } })).toEqual({
      error: 'access_denied',
      reason: 'user-disabled',
    });
  });

  test('that another user than the requested one has signed in', async () => {
    const params = { claims: '{"id_token":{"sub":{"value":"bob"}}}' };
    expect(await stopped({ params })).toMatchObject({ prompt: 'login' });
    expect(await refusal({ params, result: signedInNow() })).toEqual({ error: 'login_required', reason: 'other-user' });
  });

  test('that the demanded level cannot be reached', async () => {
    const unmet = { error: 'unmet_authentication_requirements', reason: 'level-not-reached' };
    expect(await refusal({ params: { acr_values: TWO_FACTOR } })).toEqual(unmet);
    expect(await refusal({ params: { acr_values: 'gold' }, who: 'nobody' })).toEqual(unmet);
    expect(await refusal({ client: { requiredLevel: TWO_FACTOR } })).toEqual(unmet);
  });

  test('that nothing it asks for is known, before anybody signs in for it', async () => {
    expect(await refusal({ who: 'nobody', scopes: ['orders:read'] })).toMatchObject({ reason: 'scope-unknown' });
    expect(await refusal({ who: 'nobody', scopes: [] })).toMatchObject({ reason: 'scope-missing' });
  });
});

test('a request without a client is never judged', async () => {
  const [first] = policy({
    know: () => Promise.reject(new Error('x')),
    pairwise: pairwiseSubjects(Buffer.alloc(32)),
    issuer: new URL('https://id.example.com'),
    redirects: { offered: async () => [], landing: async () => undefined },
  });
  const check = () => first?.checks[0]?.check({ oidc: {} } as unknown as KoaContextWithOIDC);
  await expect(inRequest(async () => check())).rejects.toThrow('judged before it was read');
});
