import { API, realmFile } from '../realm.ts';

/** The benchmark's realm without users, with an API of 64 permissions that includes those the applications request. */
export function scaleRealm(): string {
  const realm = JSON.parse(realmFile(0)) as { resourceServers: object[] };
  const permissions = [
    ...API.permissions.map((name) => ({ name })),
    ...Array.from({ length: 62 }, (_, at) => ({ name: `orders:area-${at}:read` })),
  ];
  return JSON.stringify({ ...realm, resourceServers: [{ identifier: API.identifier, name: 'Orders', permissions }] });
}
