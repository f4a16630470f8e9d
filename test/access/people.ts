import type { ClientList, People } from '../../src/access/administration/candidates.js';
import type { Assignment } from '../../src/base/assignment.js';
import { indexOf } from '../../src/identity/users/user-index.js';
import type { User } from '../../src/identity/users/user.js';
import type { Client } from '../../src/realm/clients/client.js';
import type { Stored } from '../../src/storage/spec.js';

/** A user whose index contains only direct groups: the index of groups above may always lag. */
export function person(username: string, assignments: readonly Assignment[], more: Partial<User> = {}): Stored<User> {
  const user = { username, profile: {}, assignments: [...assignments], blocks: more.blocks ?? [] };
  const direct = assignments.flatMap(({ kind, target }) => (kind === 'membership' ? target : []));
  return {
    ...{ id: `id of ${username}`, createdAt: 0, since: 0, version: 1 },
    ...{ userstore: 'primary', emailVerified: false, attributes: [], segments: [] },
    ...user,
    ...indexOf(user, direct),
    ...more,
  };
}

/** Ordered by username. */
export function peopleOf(users: readonly Stored<User>[]): People {
  const sorted = users.toSorted((a, b) => Buffer.compare(Buffer.from(a.username), Buffer.from(b.username)));
  return {
    get: (id) => Promise.resolve(users.find((user) => user.id === id)),
    findNext: (where, after, limit) => {
      const found = sorted.filter(({ roleIds, within, refersTo = [] }) => {
        switch (where.by) {
          case 'all':
            return true;
          case 'role':
            return roleIds.includes(where.id);
          case 'group':
            return within.includes(where.id);
          case 'reference':
            return refersTo.includes(where.id);
        }
      });
      const from =
        after === undefined
          ? 0
          : found.findIndex(({ username }) => Buffer.compare(Buffer.from(username), Buffer.from(after)) > 0);
      return Promise.resolve(from === -1 ? [] : found.slice(from, from + limit));
    },
  };
}

export const machine = (id: string, assignments: readonly Assignment[]): Stored<Client> => ({
  ...{ id, name: `name of ${id}`, assignments: [...assignments], createdAt: 0, since: 0, version: 1 },
  ...{ applicationType: 'web', authentication: 'client_secret', secrets: [], redirectUris: [] },
  ...{ postLogoutRedirectUris: [], grantTypes: ['client_credentials'], firstParty: false, scopes: [] },
  ...{ resourceServers: [], idTokenAlgorithm: 'ES256', idTokenClaims: 'scopes', subjectType: 'public' },
  ...{ pkce: 'required', refreshReuseSeconds: 0, rotateRefreshTokens: true, offlineAccess: false },
  ...{ resourceAtToken: 'optional', localhostAnyPort: false, allowedOrigins: [], lifetimes: {} },
  ...{ dpopBound: false, requirePushedRequests: false },
});

export const clientListOf = (clients: readonly Stored<Client>[]): ClientList => ({
  get: (id) => Promise.resolve(clients.find((client) => client.id === id)),
  findNext: (after, limit) => {
    const sorted = clients.toSorted((a, b) => (`${a.name} ${a.id}` < `${b.name} ${b.id}` ? -1 : 1));
    const from = after === undefined ? 0 : sorted.findIndex(({ id }) => id === after.id) + 1;
    return Promise.resolve(sorted.slice(from, from + limit));
  },
});
