/**
 * An OpenID provider of another organisation, in a process of its own: oidc-provider, on a free port of 127.0.0.1. With `login_hint` it
 * signs that account in at once; without, it shows a form with the field `login` and the buttons "Sign in" and "Cancel". Every login has
 * an account; `deny` is not let in.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from './host/free-port.ts';

/** Claims other than `sub`, which is `subject-of-LOGIN`. */
export interface UpstreamAccount {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly preferred_username?: string;
  readonly groups?: readonly string[];
  /** The hosted domain, as Google reports it. */
  readonly hd?: string;
  readonly organizations?: readonly string[];
  /** How a sign-in of this account is reported in ID tokens. */
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** How many seconds before it the sign-in is said to have been. */
  readonly signedInAgo?: number;
}

export interface UpstreamOptions {
  readonly redirectUris?: readonly string[];
  readonly clientAuthentication?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';
  /** The public keys of the client, for `private_key_jwt`. */
  readonly clientKeys?: readonly object[];
  /** Whether authorization requests must be pushed (RFC 9126). They can be. */
  readonly requiresPushed?: boolean;
  /** Whether it gives refresh tokens, each of which works once. They end with its session. */
  readonly givesRefreshTokens?: boolean;
  /** Where the claims of scopes are: `id-token` when absent. */
  readonly claimsIn?: 'id-token' | 'userinfo';
  /** By login. Other logins have a verified address `LOGIN@upstream.test`, a name, and the group `staff`. */
  readonly accounts?: Readonly<Record<string, UpstreamAccount>>;
}

export interface UpstreamStart extends Required<UpstreamOptions> {
  readonly issuer: string;
  readonly port: number;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What is registered of the client for sign-outs. */
export interface UpstreamLogoutSettings {
  /** Where logout tokens go. Absent: nowhere. */
  readonly backchannelUri?: string;
  /** Whether ID tokens and logout tokens have a `sid`; they do when absent. */
  readonly namesSessions?: boolean;
  /** Where a browser may come back to. */
  readonly returnTo?: readonly string[];
}

export type UpstreamMessage =
  | { readonly order: 'logout'; readonly settings: UpstreamLogoutSettings }
  | { readonly order: 'redirect-uris'; readonly uris: readonly string[] }
  | { readonly order: 'account'; readonly login: string; readonly account: UpstreamAccount };

export interface Upstream {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The redirect URIs of the client from now on. */
  setRedirectUris(uris: readonly string[]): Promise<void>;
  /** What is registered for sign-outs from now on. */
  setLogout(settings: UpstreamLogoutSettings): Promise<void>;
  /** Other claims of an account from now on. */
  setAccount(login: string, account: UpstreamAccount): Promise<void>;
  stop(): Promise<void>;
}

export async function startUpstream(options: UpstreamOptions = {}): Promise<Upstream> {
  const port = await freePort();
  const start: UpstreamStart = {
    ...{ issuer: `http://127.0.0.1:${port}`, port, clientId: 'gatehouse' },
    ...{ clientSecret: 'upstream-secret-of-gatehouse', redirectUris: [], clientAuthentication: 'client_secret_basic' },
    ...{ claimsIn: 'id-token', accounts: {}, clientKeys: [], requiresPushed: false, givesRefreshTokens: false },
    ...options,
  };
  const folder = import.meta.dirname;
  const child = fork(new URL('./upstream-op-child.ts', import.meta.url), [JSON.stringify(start)], {
    execArgv: ['--no-warnings', '--import', join(folder, 'typescript-child.mjs')],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  /** Shown only if it ends: the library warns about production, which this is not. */
  const log: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => log.push(chunk));
  await answered(child, log);
  const order = async (message: UpstreamMessage): Promise<void> => {
    child.send(message);
    await answered(child, log);
  };
  return {
    ...{ issuer: start.issuer, clientId: start.clientId, clientSecret: start.clientSecret },
    setRedirectUris: (uris) => order({ order: 'redirect-uris', uris }),
    setLogout: (settings) => order({ order: 'logout', settings }),
    setAccount: (login, account) => order({ order: 'account', login, account }),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function answered(child: ChildProcess, log: readonly Buffer[]): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`The upstream ended with ${String(code)}: ${Buffer.concat(log).toString()}`);
  });
  try {
    await Promise.race([once(child, 'message', { signal }), ended]);
  } finally {
    ended.catch(() => undefined);
    over.abort();
  }
}
