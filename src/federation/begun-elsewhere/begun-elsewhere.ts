import { z } from 'zod';
import { type Instant, now } from '../../base/clock.js';
import type { SecretBox } from '../../base/crypto/secret-box.js';
import { onceUsed } from '../../sessions/tokens/replay-guard.js';
import type { Realm } from '../../storage/store.js';
import type { Write } from '../../storage/write.js';
import { openedAs, sealedFor } from './sealed-text.js';

/** What a browser began at another identity provider, until the answer comes. `By`: who began it. */
export interface BegunElsewhere<By> {
  readonly by: By;
  /** Names it in the answer. */
  readonly state: string;
  /** What the connector needs again. */
  readonly kept: string;
  readonly expiresAt: Instant;
}

/** What is begun. One that was begun for another purpose is not taken. */
export interface BegunPurpose<By> {
  readonly purpose: 'begun-test' | 'begun-link';
  readonly by: z.ZodType<By>;
}

export interface BegunParts {
  readonly box: Pick<SecretBox, 'seal' | 'open'>;
  readonly realm: Realm;
}

/** As the browser keeps it, which cannot read it. */
export const sealBegun = <By>(
  { box, realm }: BegunParts,
  { purpose }: BegunPurpose<By>,
  connector: string,
  begun: BegunElsewhere<By>,
): string => box.seal(sealedFor(realm.id, connector, purpose), JSON.stringify(begun));

/**
 * Takes what this browser began and the answer is for, once. Undefined: there is nothing. An answer to something else, or at somebody
 * else, takes nothing.
 *
 * @param answer.beside commits these writes with it; nothing is taken if one is refused
 * @param answer.isTheirs whether who began it is who brings the answer; absent: the browser alone counts
 * @throws StoreUnavailable
 */
export async function takeBegun<By>(
  { box, realm }: BegunParts,
  { purpose, by }: BegunPurpose<By>,
  connector: string,
  answer: {
    readonly kept: string;
    readonly state: string | null;
    readonly isTheirs?: (by: By) => boolean;
    readonly beside?: readonly Write[];
  },
): Promise<BegunElsewhere<By> | undefined> {
  const { kept: sealed, state, isTheirs = () => true, beside = [] } = answer;
  const content = z.strictObject({ by, state: z.string(), kept: z.string(), expiresAt: z.int() });
  const begun = openedAs(box, sealedFor(realm.id, connector, purpose), sealed, content);
  if (!begun || begun.state !== state || begun.expiresAt <= now() || !isTheirs(begun.by)) return undefined;
  const committed = await realm.commit([onceUsed([purpose, state], begun.expiresAt), ...beside]);
  return committed.ok ? begun : undefined;
}
