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
 * Reads `DEMO_ISSUER`, `DEMO_RESOURCE`, `DEMO_CLIENT_ID`, and the ports `DEMO_PORT` and `DEMO_API_PORT` (0 is any free port). The API asks
 * for decisions with `DEMO_API_CLIENT_ID` and `DEMO_API_SECRET_FILE`. Secrets are in files (`DEMO_CLIENT_SECRET_FILE`), since every
 * program on the machine can read an environment.
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
