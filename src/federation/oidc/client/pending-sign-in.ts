import { z } from 'zod';
import type { Instant } from '../../../base/clock.js';
import { ProviderFailure } from './faults.js';

/** What a sign-in has to remember while the browser is away. */
export interface PendingSignIn {
  /** Comes back in the ID token (Core 3.1.2.1). Absent: the provider knows none, and none may come back. */
  readonly nonce?: string;
  /** Proves at the token endpoint that the code is for this sign-in (RFC 7636 4.1). Absent: the provider knows no PKCE. */
  readonly codeVerifier?: string;
  readonly begunAt: Instant;
  readonly maxAgeSeconds?: number;
}

const pending: z.ZodType<PendingSignIn> = z.strictObject({
  nonce: z.string().min(20).exactOptional(),
  codeVerifier: z.string().min(43).exactOptional(),
  begunAt: z.int(),
  maxAgeSeconds: z.number().min(0).exactOptional(),
});

export const pendingText = (signIn: PendingSignIn): string => JSON.stringify(signIn);

/** @throws ProviderFailure if it is not what {@link pendingText} wrote */
export function readPending(text: string): PendingSignIn {
  const read = pending.safeParse(parsed(text));
  if (!read.success) throw new ProviderFailure('pending-unreadable');
  return read.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
