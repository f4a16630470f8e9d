import { newId } from '../../base/crypto/ids.js';
import type { Json } from '../../base/json.js';
import type { Contributor } from '../../changes/contributor.js';
import { insert } from '../../storage/write.js';
import type { SignOutEpoch } from '../sign-out-epoch.js';
import { logouts, NOTIFY_WITHIN } from './logout.js';

/**
 * Accompanies every change that ends all sessions of a user in one write (`signedOutAt`), for whatever reason: one entry,
 * however many sessions there are.
 */
export const userLogout: Contributor = (_by, { kind, subject, before, after }, at) => {
  // Removing a user signs them out everywhere.
  const until = kind === 'user.removed' ? NO_EPOCH_FOLLOWS : epoch(after?.['signedOutAt']);
  const since = epoch(before?.['signedOutAt']);
  if (subject.kind !== 'user' || until === undefined || until === since) return [];
  return [
    insert(logouts, {
      id: newId(),
      kind: 'user',
      userId: subject.id,
      at,
      ...(since !== undefined && { since }),
      until,
      expiresAt: at + NOTIFY_WITHIN,
    }),
  ];
};

/** Above every epoch: all sessions of a removed user have ended. */
const NO_EPOCH_FOLLOWS: SignOutEpoch = Number.MAX_SAFE_INTEGER;

const epoch = (value: Json | undefined): SignOutEpoch | undefined => (typeof value === 'number' ? value : undefined);
