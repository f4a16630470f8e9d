import { createHmac, createSecretKey } from 'node:crypto';
import type { FactorContext } from './second-factor-method.js';

/** @param pepper the realm's secret, without which codes cannot be tried against the store */
export function factorDigest(pepper: Buffer): (userId: string) => FactorContext['digest'] {
  const key = createSecretKey(pepper);
  return (userId) => (purpose, text) =>
    createHmac('sha256', key)
      .update(JSON.stringify([purpose, userId, text]))
      .digest('base64url');
}
