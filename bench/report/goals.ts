/** The highest acceptable cost of each operation: the server's CPU relative to the bare provider's with a memory adapter. */
import type { GatehouseName } from '../servers/servers.ts';

type Goal = Readonly<Record<GatehouseName, number>>;

const goal = (sqlite: number, mongodb: number): Goal => ({ 'gatehouse-sqlite': sqlite, 'gatehouse-mongodb': mongodb });

export const GOALS: Readonly<Record<string, Goal>> = {
  discovery: goal(0.5, 0.5),
  jwks: goal(0.6, 0.6),
  client_credentials: goal(1.3, 1.8),
  'password login': goal(1.8, 2.4),
  authorize: goal(1.8, 2.4),
  'code exchange': goal(1.6, 2.2),
  refresh: goal(1.5, 2),
  userinfo: goal(0.5, 0.9),
  'userinfo of a new token': goal(1.6, 1.8),
  introspection: goal(0.5, 0.9),
  'introspection of a new token': goal(1.6, 1.8),
};

/** In milliseconds and megabytes. */
export const PROCESS_GOALS: Readonly<Record<string, Goal>> = {
  start: goal(1500, 1500),
  'memory, idle (MB)': goal(150, 160),
  'memory after a flood (MB)': goal(200, 200),
};

/** Requests a second of two processes, relative to one, at least. */
export const THROUGHPUT_GOALS: Readonly<Record<string, number>> = { introspection: 1.5, refresh: 1.4 };

/** The same ratio of other providers, measured earlier on the same work. They cannot run here. */
export const PEERS: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  userinfo: [
    ['Keycloak', 1.9],
    ['Dex', 2.8],
  ],
  introspection: [['Keycloak', 3]],
  client_credentials: [['Keycloak', 5.3]],
  refresh: [['Keycloak', 5.2]],
  'password login': [['Keycloak', 4.9]],
};
