/** Users as the library knows them, and the grants that it gets without asking anybody. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { now } from '../../src/base/clock.js';
import { users } from '../../src/identity/users/user.js';
import { accounts } from '../../src/oidc/configuration/accounts.js';
import { pairwiseSubjects } from '../../src/oidc/issuance/pairwise-subjects.js';
import type { Client } from '../../src/realm/clients/client.js';
import { ConsentService } from '../../src/sessions/consents/consent-service.js';
import { consents } from '../../src/sessions/consents/consent.js';
import { grants } from '../../src/sessions/grants/grant.js';
import { sessions } from '../../src/sessions/session.js';
import type { Realm } from '../../src/storage/store.js';
import { snapshotOf } from '../access/world.js';
import { changingStore, host, processOn } from '../changes/one-process.js';
import type { TemporaryStore } from '../support/store.js';
import { builtProvider } from './built-provider.js';
import { DEFAULT_SETTINGS } from './koa-context.js';
import { inRequest, libraryClient, ourClient, user } from './request.js';

const pairwise = pairwiseSubjects(Buffer.alloc(32));
const snapshots = { read: async () => snapshotOf({ groups: [], roles: [], servers: [] }) };

let provider: Provider;
beforeAll(async () => {
  provider = await builtProvider();
});

let opened: TemporaryStore;
let realm: Realm;
let consentService: ConsentService;
beforeEach(async () => {
  opened = await changingStore([users, sessions, grants, consents]);
  const { realm: ours, recorder } = processOn(opened.store);
  realm = ours;
  consentService = new ConsentService({ realm, recorder });
  const { version: _, ...ada } = user();
  await realm.of(users).insert(ada);
});
afterEach(() => opened.close());

/** The configuration for a realm with this client. */
const configured = (client: Partial<Client>) => {
  const ours = { ...ourClient(client), version: 1 };
  const clients = { get: async (id: string) => (id === ours.id ? ours : undefined) };
  return accounts(snapshots, clients, consentService, pairwise, async (_by, known) => ({ kind: 'alive', user: known }));
};

describe('a user', () => {
  const found = (sub: string, oidc: object = {}, client: Partial<Client> = {}) => {
    const context = { client: libraryClient(client), ...oidc };
    return inRequest(
      async () => configured(client).findAccount({ oidc: context } as unknown as KoaContextWithOIDC, sub, undefined),
      { realm, settings: DEFAULT_SETTINGS },
    );
  };

  test('is known by their id, and nobody else is', async () => {
    expect(await found('ada')).toMatchObject({ accountId: 'ada' });
    expect(await found('bob')).toBeUndefined();
  });

  test('is told of by the claims that the client may have at all', async () => {
    const account = await found('ada', {}, { scopes: ['openid', 'profile'] });
    expect(await account?.claims('userinfo', '', {}, [])).toMatchObject({ preferred_username: 'ada' });
    const other = await found('ada', {}, { scopes: ['openid'] });
    expect(await other?.claims('userinfo', '', {}, [])).toEqual({ sub: 'ada' });
  });

  test('who asks to stay signed in does, and one who was not asked stays as they are', async () => {
    const session = { transient: true as boolean | undefined };
    await found('ada', { session, result: { login: { accountId: 'ada', proofs: [] } } });
    expect(session.transient).toBe(true);
    await found('ada', { session, result: { login: { accountId: 'ada', remember: true, proofs: [] } } });
    expect(session.transient).toBeUndefined();
  });

  test('has a name of their own in each sector, by which nobody else finds them', () => {
    const nameAt = (host: string) =>
      configured({}).pairwiseIdentifier(
        {} as KoaContextWithOIDC,
        'ada',
        libraryClient({ redirectUris: [`https://${host}/callback`] }) as never,
      );
    expect(nameAt('shop.example')).toBe(nameAt('shop.example'));
    expect(nameAt('shop.example')).not.toBe(nameAt('forum.example'));
  });
});

/** The published types leave out what it is made of. */
const sessionOf = (payload: object): InstanceType<Provider['Session']> =>
  Reflect.construct(provider.Session, [payload]) as InstanceType<Provider['Session']>;

interface Requesting {
  readonly client?: Partial<Client>;
  readonly scopes?: readonly string[];
  readonly params?: Readonly<Record<string, string>>;
  readonly grantId?: string;
  /** Happens after the grant was decided, before it is written. */
  readonly meanwhile?: () => Promise<unknown>;
  readonly oidc?: object;
}

/** The scopes of the grant with which this request goes on, and whether it was stored with the answer. */
async function granted({ client = {}, scopes = ['openid'], params = {}, grantId, meanwhile, oidc }: Requesting = {}) {
  const session = sessionOf({ uid: 's', accountId: 'ada' });
  if (grantId !== undefined) session.grantIdFor('shop', grantId);
  const context = {
    client: libraryClient(client),
    session,
    account: { accountId: 'ada' },
    provider,
    params,
    prompts: new Set(params['prompt']?.split(' ')),
    requestParamScopes: new Set(scopes),
    requestParamOIDCScopes: new Set(scopes),
    requestParamClaims: new Set(),
    resourceServers: {},
    ...oidc,
  };
  return inRequest(
    async (scope) => {
      const ctx = { oidc: context } as unknown as KoaContextWithOIDC;
      const grant = await configured(client).loadExistingGrant(ctx);
      await meanwhile?.();
      await scope.flush(true);
      const stored = grant?.jti === undefined ? undefined : await realm.of(grants).get(grant.jti);
      return {
        id: grant?.jti,
        scopes: grant?.getOIDCScope(),
        isStored: stored !== undefined,
        sid: session.sidFor('shop'),
      };
    },
    { realm, settings: DEFAULT_SETTINGS, oidc: context },
  );
}

const NONE = { id: undefined, scopes: undefined, isStored: false };

describe('a client of the first party', () => {
  test('gets a grant of everything that it asks for, without a question', async () => {
    expect(await granted({ scopes: ['openid', 'profile'] })).toMatchObject({
      scopes: 'openid profile',
      isStored: true,
    });
  });

  test('gets the same grant in two tabs at once', async () => {
    const [first, second] = await Promise.all([granted({ scopes: ['openid'] }), granted({ scopes: ['profile'] })]);
    expect(first.id).toBe(second.id);
    expect(JSON.parse((await realm.of(grants).get(String(first.id)))?.payload ?? '')).toMatchObject({
      openid: { scope: expect.stringMatching(/^(openid profile|profile openid)$/) as unknown },
    });
  });

  test('has the grant of its session extended, and not written again when it covers the request', async () => {
    const { id = '' } = await granted();
    expect(await granted({ grantId: id, scopes: ['profile'] })).toMatchObject({ id, scopes: 'openid profile' });
    const before = await realm.of(grants).get(id);
    expect(await granted({ grantId: id })).toMatchObject({ id, scopes: 'openid profile' });
    expect((await realm.of(grants).get(id))?.version).toBe(before?.version);
  });

  test('gets another grant if that of its session was revoked', async () => {
    const { id = '' } = await granted();
    await realm.of(grants).change(id, ({ version: _, ...grant }) => ({ ...grant, revokedAt: now() }));
    const anew = await granted({ grantId: id });
    expect(anew).toMatchObject({ scopes: 'openid', isStored: true });
    expect(anew.id).not.toBe(id);
  });

  test('gets offline_access only if it may have that unasked', async () => {
    const asking = { scopes: ['openid', 'offline_access'], params: { prompt: 'consent' } };
    const scopes = ['openid', 'offline_access'] as const;
    expect(await granted({ ...asking, client: { scopes: [...scopes] } })).toMatchObject({ scopes: 'openid' });
    expect(await granted({ ...asking, client: { scopes: [...scopes], offlineAccess: true } })).toMatchObject({
      scopes: 'openid offline_access',
    });
  });
});

describe('another client', () => {
  const client = { firstParty: false, createdAt: 1 };
  const consent = (...scopes: string[]) =>
    consentService.give(
      host,
      { userId: 'ada', client: { id: 'shop', createdAt: 1 } },
      { scopes, claims: [], resourceScopes: {} },
    );

  test('gets nothing that nobody consented to', async () => {
    expect(await granted({ client })).toMatchObject(NONE);
    await consent('profile');
    expect(await granted({ client })).toMatchObject(NONE);
  });

  test('gets what the user consented to before, and no more', async () => {
    await consent('openid', 'email');
    expect(await granted({ client, scopes: ['openid', 'profile'] })).toMatchObject({
      scopes: 'openid',
      isStored: true,
    });
  });

  test('goes on with a grant that covers the request, which is not written again', async () => {
    await consent('openid', 'email');
    const { id = '' } = await granted({ client });
    const before = await realm.of(grants).get(id);
    expect(await granted({ client, grantId: id })).toMatchObject({ id, scopes: 'openid' });
    expect((await realm.of(grants).get(id))?.version).toBe(before?.version);
  });

  test('gets nothing of a consent to an earlier client with its id', async () => {
    await consent('openid');
    expect(await granted({ client: { ...client, createdAt: 2 } })).toMatchObject(NONE);
  });

  test.each([
    ['with prompt=consent', { params: { prompt: 'consent' } }],
    ['of a native application', { client: { ...client, applicationType: 'native' as const } }],
  ])('is asked about everything again in a request %s', async (_what, about) => {
    await consent('openid');
    expect(await granted({ client, ...about })).toMatchObject(NONE);
  });

  test('gets a grant that opens nothing, if the consent is withdrawn at this very moment', async () => {
    await consent('openid');
    const withdrawn = await granted({ client, meanwhile: () => consentService.withdraw(host, 'ada', 'shop') });
    expect(withdrawn).toMatchObject({ scopes: 'openid', isStored: false });
  });
});

describe('a session', () => {
  test('has one name for a client, whatever tab asks', async () => {
    const { sid } = await granted();
    expect(sid).toBeDefined();
    expect((await granted()).sid).toBe(sid);
  });

  test('in which nobody is signed in has no grant', async () => {
    expect(await granted({ oidc: { account: undefined } })).toMatchObject({ id: undefined });
  });

  test('goes on with the grant that the user has just consented to', async () => {
    const { id = '' } = await granted();
    const result = { consent: { grantId: id } };
    expect(await granted({ oidc: { result }, client: { firstParty: false }, grantId: 'another' })).toMatchObject({
      id,
    });
  });
});
