import { GATEHOUSE_API } from './resource-server.js';
import type { ResourceServerInput } from './resource-server-input.js';

const things: readonly (readonly [name: string, what: string])[] = [
  ['users', 'people, devices and programs'],
  ['groups', 'groups and who is in them'],
  ['roles', 'roles and their policies'],
  ['clients', 'applications'],
  ['resource-servers', 'APIs and the permissions they understand'],
  ['settings', 'how the realm behaves'],
];

/** The resource server of Gatehouse's own APIs, as bootstrap creates it in each realm. */
export const gatehouseApi: ResourceServerInput = {
  identifier: GATEHOUSE_API,
  name: 'Gatehouse',
  permissions: [
    ...things.flatMap(([name, what]) => [
      { name: `${name}:read`, description: `See ${what}.`, implies: [] },
      { name: `${name}:write`, description: `Make and change ${what}.`, implies: [`${name}:read`] },
    ]),
    { name: 'sessions:read', description: 'See who is signed in, and where.', implies: [] },
    { name: 'sessions:end', description: 'Sign others out.', implies: ['sessions:read'] },
    { name: 'audit:read', description: 'See what happened and who did it.', implies: [] },
  ],
  accessTokenSeconds: 300,
  tokenFormat: 'jwt',
  algorithm: 'ES256',
  jwtType: 'at+jwt',
  userinfo: false,
};
