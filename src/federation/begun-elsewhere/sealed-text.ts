import type { z } from 'zod';
import { GatehouseError } from '../../base/errors.js';
import type { SealedAt, SecretBox } from '../../base/crypto/secret-box.js';
import { connectors } from '../connectors/connector.js';

/** Longer ones are not ours. A cookie has 4,096 bytes at most. */
const LONGEST = 4096;

type SealedPurpose = 'test-ticket' | 'begun-test' | 'begun-link' | 'answer-field';

/** What is sealed for one connector of one realm, and for one purpose. */
export const sealedFor = (realm: string, connector: string, purpose: SealedPurpose): SealedAt => ({
  ...{ realm, collection: connectors.name, id: connector, field: purpose },
});

/** Undefined if this installation did not seal it for this place, or if it has another form. */
export function openedAs<T>(
  box: Pick<SecretBox, 'open'>,
  at: SealedAt,
  sealed: string,
  form: z.ZodType<T>,
): T | undefined {
  if (sealed.length > LONGEST) return undefined;
  try {
    const read = form.safeParse(JSON.parse(box.open(at, sealed)));
    return read.success ? read.data : undefined;
  } catch (error) {
    if (error instanceof GatehouseError && error.code === 'seal-broken') return undefined;
    throw error;
  }
}
