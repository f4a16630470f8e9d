/** Our clients in the library: how they are found, and what they may do there. */
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Provider } from 'oidc-provider';
import { minutes } from '../../src/base/clock.js';
import { whyOf } from '../../src/http/refusals/because.js';
import { basicHeader } from '../../src/http/request/basic-credentials.js';
import { browserOnly } from '../../src/oidc/configuration/browser-only.js';
import { clientMetadata } from '../../src/oidc/configuration/client-metadata.js';
import { clientBehind } from '../../src/oidc/library/client/client-behind.js';
import { type ClientModel, clientModel, type LibraryClient } from '../../src/oidc/library/client/client-model.js';
import { clientMade } from '../../src/oidc/requests/client-made.js';
import type { Client } from '../../src/realm/clients/client.js';
import { makeSecret } from '../../src/realm/clients/client-secret.js';
import type { Stored } from '../../src/storage/spec.js';
import { passes } from '../support/passes.js';
import { builtProvider } from './built-provider.js';
import { inRequest, libraryClient, ourClient } from './request.js';

let clients: Map<string, Stored<Client>>;
let provider: Provider;
let Model: ClientModel;
beforeAll(async () => {
  provider = await builtProvider({ clients: { get: async (id) => clients.get(id) } });
  Model = clientModel(provider);
});
beforeEach(() => {
  clients = new Map();
});
afterEach(() => void jest.restoreAllMocks());

const store = (about: Partial<Client> = {}): Stored<Client> => {
  const client = { ...ourClient({ secrets: [makeSecret(1, 's3cret').stored], ...about }), version: 1 };
  clients.set(client.id, client);
  return client;
};
async function found(about: Partial<Client> = {}): Promise<LibraryClient> {
  const client = await Model.find(store(about).id);
  if (!client) throw new Error('It is not found.');
  return client;
}

describe('a client is found', () => {
  test('by its id, and leads back to ours', async () => {
    const client = store();
    expect(clientBehind((await Model.find('shop')) ?? {})).toBe(client);
  });

  test('as the same object until it changes', async () => {
    const first = await found();
    expect(await Model.find('shop')).toBe(first);
    store({ name: 'Another' });
    expect(await Model.find('shop')).not.toBe(first);
  });

  test('anew after ten minutes if its keys are at an address', async () => {
    store({ jwksUri: 'https://shop.example/jwks', authentication: 'private_key_jwt' });
    passes(0);
    const first = await Model.find('shop');
    passes(minutes(10) - 1);
    expect(await Model.find('shop')).toBe(first);
    passes(minutes(10));
    expect(await Model.find('shop')).not.toBe(first);
  });

  test('never by nothing, by no text, or by a name that every object has', async () => {
    store({ id: '__proto__' });
    store({ id: 'constructor' });
    for (const id of [undefined, '', 7, 'nobody', '__proto__', 'constructor']) {
      expect(await Model.find(id)).toBeUndefined();
    }
  });

  test('with no scope rather than all of them, if it may ask for none', async () => {
    expect((await found({ scopes: [] })).scope).toBe(' ');
    expect((await found({ scopes: ['openid'] })).scope).toBe('openid');
  });
});

test('an object that the look-up did not build has no client', () => {
  expect(() => clientBehind({})).toThrow('did not build');
});

test('what is issued bears the moment at which the client of the request was created', async () => {
  const oidc = { client: libraryClient({ createdAt: 7 }) };
  expect(await inRequest(() => clientMade('shop'), { oidc })).toEqual({ clientMade: 7 });
  expect(await inRequest(() => clientMade('another'), { oidc })).toEqual({});
  expect(await inRequest(() => clientMade('shop'))).toEqual({});
});

describe('the secret of a client', () => {
  const compared = (client: LibraryClient, presented: string, authorization = '') =>
    inRequest(() => Model.prototype.compareClientSecret.call(client, presented), {
      ctx: { get: () => authorization },
    });

  test('is compared with its hash', async () => {
    const client = await found();
    expect(await compared(client, 's3cret')).toBe(true);
    expect(await compared(client, 'other')).toBe(false);
  });

  test('sent by Basic is read from the header, encoded or not', async () => {
    const client = await found({ secrets: [makeSecret(1, 'a+b').stored] });
    const plain = `Basic ${Buffer.from('shop:a+b').toString('base64')}`;
    expect(await compared(client, 'a b ', basicHeader('shop', 'a+b'))).toBe(true);
    expect(await compared(client, 'a b ', plain)).toBe(true);
    expect(await compared(client, 'a+b', basicHeader('shop', 'wrong'))).toBe(false);
  });

  test('is refused if it was sent in another way than the client registered', async () => {
    const posting = await found({ authentication: 'client_secret_post' });
    expect(await compared(posting, 's3cret')).toBe(true);
    const error: unknown = await compared(posting, 's3cret', basicHeader('shop', 's3cret')).catch(
      (thrown: unknown) => thrown,
    );
    expect(whyOf(error)?.reason).toBe('authentication-method-wrong');
    const byHeader = await found({ authentication: 'client_secret_basic' });
    await expect(compared(byHeader, 's3cret')).rejects.toThrow('invalid_client');
  });
});

describe('a redirect URI', () => {
  const about = {
    applicationType: 'native' as const,
    redirectUris: ['http://localhost/cb', 'http://127.0.0.1/cb'],
    postLogoutRedirectUris: ['http://localhost/bye', 'http://127.0.0.1/bye'],
  };
  const allowed = (client: LibraryClient, uri: string) =>
    inRequest(() => Model.prototype.redirectUriAllowed.call(client, uri));

  test('of localhost has just its registered port, unless the client says otherwise', async () => {
    const strict = await found(about);
    expect(await allowed(strict, 'http://localhost/cb')).toBe(true);
    expect(await allowed(strict, 'http://localhost:99/cb')).toBe(false);
    expect(await allowed(strict, 'http://127.0.0.1:99/cb')).toBe(true);
    expect(await allowed(await found({ ...about, localhostAnyPort: true }), 'http://localhost:99/cb')).toBe(true);
  });

  test('that is not registered is refused whatever the client says', async () => {
    const open = await found({ ...about, localhostAnyPort: true });
    expect(await allowed(open, 'http://localhost:99/other')).toBe(false);
  });

  test('after sign-out goes by the same rule', async () => {
    const of = async (more: Partial<Client>, uri: string) =>
      Model.prototype.postLogoutRedirectUriAllowed.call(await found({ ...about, ...more }), uri);
    expect(await of({}, 'http://localhost/bye')).toBe(true);
    expect(await of({ localhostAnyPort: true }, 'http://localhost/other')).toBe(false);
  });
});

describe('a grant or response type that the client may not use', () => {
  const grantType = async (type: string, oidc: object) => {
    const client = await found({ grantTypes: ['authorization_code'] });
    return inRequest(() => Model.prototype.grantTypeAllowed.call(client, type), { oidc });
  };

  test('is refused by its name at the token endpoint', async () => {
    const oidc = { route: 'token', params: { grant_type: 'client_credentials' } };
    await expect(grantType('client_credentials', oidc)).rejects.toThrow('unauthorized_client');
    expect(await grantType('authorization_code', { ...oidc, params: { grant_type: 'authorization_code' } })).toBe(true);
  });

  test('is no refusal where the library only wants to know', async () => {
    expect(await grantType('refresh_token', { route: 'token', params: { grant_type: 'authorization_code' } })).toBe(
      false,
    );
    expect(await grantType('refresh_token', { route: 'authorization', params: {} })).toBe(false);
    const elsewhere = { route: 'introspection', params: { grant_type: 'refresh_token' } };
    expect(await grantType('refresh_token', elsewhere)).toBe(false);
  });

  test('is refused at the authorization endpoint', async () => {
    const client = await found({ grantTypes: ['client_credentials'], redirectUris: [] });
    expect(() => Model.prototype.responseTypeAllowed.call(client, 'code')).toThrow('unauthorized_client');
    expect(Model.prototype.responseTypeAllowed.call(await found(), 'code')).toBe(true);
  });
});

test('the library sends no logout token by itself', async () => {
  const client = await found({ backchannelLogoutUri: 'https://shop.example/out' });
  await expect(Model.prototype.backchannelLogout.call(client)).resolves.toBeUndefined();
});

describe('offline_access', () => {
  const order = async (about: Partial<Client>, scope: string, route = 'authorization') => {
    const client = await found(about);
    const oidc = { route, params: { scope } as { scope?: string } };
    let during: string | undefined;
    await inRequest(
      () => {
        Model.prototype.responseModeAllowed.call(client, 'query', 'code', 'none');
        during = oidc.params.scope;
        Model.prototype.redirectUriAllowed.call(client, 'https://shop.example/callback');
      },
      { oidc },
    );
    return [during, oidc.params.scope];
  };
  const scopes = ['openid', 'offline_access'];

  test('is put aside while the library checks scopes, and put back after it', async () => {
    expect(await order({ scopes }, 'openid offline_access')).toEqual(['openid', 'openid offline_access']);
  });

  test('is not put back for a client that may not ask for it, or gets no refresh tokens', async () => {
    expect(await order({ scopes: ['openid'] }, 'openid offline_access')).toEqual(['openid', 'openid']);
    expect(await order({ scopes, grantTypes: ['authorization_code'] }, 'openid offline_access')).toEqual([
      'openid',
      'openid',
    ]);
  });

  test('is left alone at other routes', async () => {
    expect(await order({ scopes }, 'openid offline_access', 'resume')).toEqual([
      'openid offline_access',
      'openid offline_access',
    ]);
  });
});

test('a page of another origin calls no endpoint for a client, and no page introspects', () => {
  const cors = (origin: string, route = 'token') =>
    browserOnly.clientBasedCORS(
      { oidc: { route } } as never,
      origin,
      libraryClient({ authentication: 'none' }) as never,
    );
  expect(cors('https://shop.example')).toBe(true);
  expect(() => cors('https://other.example')).toThrow('invalid_request');
  expect(() => cors('https://shop.example', 'introspection')).toThrow('invalid_request');
});

describe('the metadata of a client', () => {
  test('never has its secret, and one where the library insists on one', () => {
    const { client_secret: secret } = clientMetadata(ourClient());
    expect(secret).toBe('kept-as-hash:shop');
    expect(clientMetadata(ourClient({ authentication: 'none' }))).not.toHaveProperty('client_secret');
  });

  test('has a response type only for the flow that has one', () => {
    expect(clientMetadata(ourClient()).response_types).toEqual(['code']);
    expect(clientMetadata(ourClient({ grantTypes: ['client_credentials'] })).response_types).toEqual([]);
  });

  test('names a sector for pairwise subjects alone', () => {
    expect(clientMetadata(ourClient())).not.toHaveProperty('sector_identifier_uri');
    expect(clientMetadata(ourClient({ subjectType: 'pairwise' })).sector_identifier_uri).toBe('https://shop.example/');
  });
});
