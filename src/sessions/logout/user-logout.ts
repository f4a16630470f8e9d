import type { Instant } from '../../base/clock.js';
import { newId } from '../../base/ids.js';
import type { Json } from '../../base/json.js';
import type { Contributor } from '../../changes/contributor.js';
import { insert } from '../../storage/write.js';
import { logouts, TELL_WITHIN } from './logout.js';

/**
 * Goes with every change that ends all sessions of a person by one write (`signedOutAt`), whoever makes it and for whatever
 * reason: one entry, however many sessions there are.
 */
export const userLogout: Contributor = (_by, { kind, subject, before, after, at: happenedAt }, at) => {
  // A user who is removed is signed out everywhere by it.
  const until = kind === 'user.removed' ? (happenedAt ?? at) : instant(after?.['signedOutAt']);
  const since = instant(before?.['signedOutAt']);
  if (subject.kind !== 'user' || until === undefined || until === since) return [];
  return [
    insert(logouts, {
      id: newId(),
      kind: 'user',
      userId: subject.id,
      at,
      ...(since !== undefined && { since }),
      until,
      expiresAt: at + TELL_WITHIN,
    }),
  ];
};

const instant = (value: Json | undefined): Instant | undefined => (typeof value === 'number' ? value : undefined);
