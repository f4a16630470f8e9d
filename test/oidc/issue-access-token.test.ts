/** What an access token says is planned before the library makes it, and one that nobody could plan is not made. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import { planAccessTokens } from '../../src/oidc/issuance/issue-access-token.js';
import { pairwiseSubjects } from '../../src/oidc/issuance/pairwise-subjects.js';
import { RequestScope, runInScope } from '../../src/oidc/request-scope/request-scope.js';
import type { ResourceServer } from '../../src/realm/resource-servers/resource-server.js';
import type { Settings } from '../../src/realm/settings/settings.js';
import type { Stored } from '../../src/storage/spec.js';
import type { Realm } from '../../src/storage/store.js';

const API = 'https://orders.example.com';
const known = { identifier: API, tokenFormat: 'opaque', jwtType: 'at+jwt' } as Stored<ResourceServer>;

let saved: object[];
let AccessToken: new () => { save(): Promise<string> };
/** What the library knows of the request: that some client asked, for a user who signed in. */
const oidc = { client: {}, entities: { RefreshToken: { acr: 'urn:a', amr: ['pwd'], authTime: 7, scopes: new Set() } } };
/** A request of its own, whose subject's access is not known. */
function inRequest<T>(work: (scope: RequestScope) => Promise<T>): Promise<T> {
  const scope = new RequestScope({} as Realm, {} as Settings, { oidc } as unknown as Context);
  return runInScope(scope, () => work(scope));
}

beforeEach(() => {
  saved = [];
  class Model {
    async save(): Promise<string> {
      saved.push(this);
      return 'value';
    }
  }
  AccessToken = class extends Model {};
  const provider = { AccessToken, ClientCredentials: class extends Model {} } as unknown as Provider;
  const resourceServers = { get: async (id: string) => (id === API ? known : undefined) };
  const pairwise = pairwiseSubjects(Buffer.alloc(32));
  planAccessTokens(provider, { issuer: 'https://id.example.com', signing: [], resourceServers, pairwise });
});

describe('an access token', () => {
  test('for a resource server is never issued where nobody knows what its subject may do there', async () => {
    const token = Object.assign(new AccessToken(), { aud: API, resourceServer: { scopes: new Set<string>() } });
    await expect(inRequest(() => token.save())).rejects.toThrow(
      `An access token for ${API} was to be issued without its permissions.`,
    );
    expect(saved).toEqual([]);
  });

  test('for userinfo alone says how its user signed in, and leaves no record of permissions', async () => {
    const token = new AccessToken();
    const issuance = await inRequest(async (scope) => {
      await token.save();
      return scope.issuances.get(token);
    });
    expect(issuance).toEqual({ claims: { acr: 'urn:a', amr: ['pwd'], auth_time: 7 }, jwtType: 'at+jwt' });
    expect(saved).toEqual([token]);
  });

  test('is not issued outside of a request of the library', async () => {
    const scope = new RequestScope({} as Realm, {} as Settings, {} as Context);
    await expect(runInScope(scope, () => new AccessToken().save())).rejects.toThrow('outside of a request');
  });
});
