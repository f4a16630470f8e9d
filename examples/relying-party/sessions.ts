import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IDToken, UserInfoResponse } from 'openid-client';

/** A token in readable form. */
export interface DecodedJwt {
  readonly header: object;
  readonly claims: object;
}

/** The response of the API. */
export interface ApiAnswer {
  readonly request: string;
  readonly status: number;
  readonly body: string;
  /** The reasons, if it asked Gatehouse. */
  readonly reasons: readonly string[];
  /** The level that a sign-in must reach for it (RFC 9470). */
  readonly stepUp?: string;
}

/** A signed-in user. Exists only in this process: the browser holds only a random name for it. */
export interface Session {
  readonly csrf: string;
  readonly startedAt: number;
  readonly user: UserInfoResponse;
  idToken: string;
  claims: IDToken;
  refreshToken?: string;
  apiToken?: string;
  /** Decoded for display. */
  decoded: { idToken: DecodedJwt; apiToken?: DecodedJwt };
  /** The API's last response. */
  apiAnswer?: ApiAnswer;
  /** The number of the order that was placed last. */
  lastOrder?: number;
  /** One thing at a time: two refreshes at once would use one refresh token twice, which looks like theft. */
  busy: Promise<void>;
}

/** A sign-in in progress. */
export interface Pending {
  /** The cookie of the browser that began it: an answer brought by another one is refused (RFC 9700 4.7). */
  readonly browser: string;
  readonly codeVerifier: string;
  readonly nonce: string;
  readonly startedAt: number;
}

export const randomName = (): string => randomBytes(32).toString('base64url');

/** Compares in a time that reveals nothing about the position of a difference. */
export const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Entries that expire, limited in number, so that nobody can fill the memory. */
export function shortLived<T extends { readonly startedAt: number }>(maxAgeMs: number, atMost: number) {
  const entries = new Map<string, T>();
  return {
    get(name: string | undefined): T | undefined {
      const entry = name === undefined ? undefined : entries.get(name);
      return entry && Date.now() - entry.startedAt < maxAgeMs ? entry : undefined;
    },
    set(name: string, entry: T): void {
      entries.set(name, entry);
      for (const oldest of entries.keys()) {
        if (entries.size <= atMost) break;
        entries.delete(oldest);
      }
    },
    delete: (name: string): boolean => entries.delete(name),
  };
}
