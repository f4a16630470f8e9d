import { readFileSync } from 'node:fs';

/** The demo's settings from the environment. */
export interface Settings {
  readonly issuer: string;
  readonly port: number;
  readonly apiPort: number;
  readonly clientId: string;
  /** Absent: a public client, which proves itself by PKCE alone. */
  readonly clientSecret?: string;
  /** The API's client for decision requests, and its secret; absent: it sends none. */
  readonly apiClientId: string;
  readonly apiSecret?: string;
  /** The identifier of the API: the `resource` of token requests, and the audience that the API requires. */
  readonly resource: string;
}

/**
 * `DEMO_ISSUER`, `DEMO_PORT` and `DEMO_API_PORT` (0: any free one), `DEMO_CLIENT_ID`, `DEMO_CLIENT_SECRET_FILE` (never the secret
 * itself: every program on the machine can read an environment), `DEMO_API_CLIENT_ID` and `DEMO_API_SECRET_FILE`, by which the API asks for
 * decisions, `DEMO_RESOURCE`.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const secretFile = env['DEMO_CLIENT_SECRET_FILE'];
  const apiSecretFile = env['DEMO_API_SECRET_FILE'];
  return {
    issuer: env['DEMO_ISSUER'] ?? 'http://localhost:3000',
    port: port(env['DEMO_PORT'] ?? '3001'),
    apiPort: port(env['DEMO_API_PORT'] ?? '3002'),
    clientId: env['DEMO_CLIENT_ID'] ?? 'demo',
    ...(secretFile !== undefined && { clientSecret: readFileSync(secretFile, 'utf8').trim() }),
    apiClientId: env['DEMO_API_CLIENT_ID'] ?? 'orders-api',
    ...(apiSecretFile !== undefined && { apiSecret: readFileSync(apiSecretFile, 'utf8').trim() }),
    resource: env['DEMO_RESOURCE'] ?? 'https://orders.example.com',
  };
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number > 65535) throw new Error(`${JSON.stringify(text)} is not a port.`);
  return number;
}
