import { API, realmFile } from '../realm.ts';

/** The realm of the benchmark with nobody in it, and an API of 64 permissions, among them those that the applications ask for. */
export function scaleRealm(): string {
  const realm = JSON.parse(realmFile(0)) as { resourceServers: object[] };
  const permissions = [
    ...API.permissions.map((name) => ({ name })),
    ...Array.from({ length: 62 }, (_, at) => ({ name: `orders:area-${at}:read` })),
  ];
  return JSON.stringify({ ...realm, resourceServers: [{ identifier: API.identifier, name: 'Orders', permissions }] });
}
