import { z } from 'zod';
import { type Instant, minutes, now } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import type { Actor } from '../../changes/actor.js';
import { useOnce } from '../../sessions/tokens/replay-guard.js';
import type { BegunParts, BegunPurpose } from '../begun-elsewhere/begun-elsewhere.js';
import { openedAs, sealedFor } from '../begun-elsewhere/sealed-text.js';

/** How long a ticket can begin a test, and how long a begun test waits for its answer. */
export const TEST_LASTS = minutes(10);

/** Who asked for a test. */
export interface TestedBy {
  readonly kind: Actor['kind'];
  readonly id: string;
}

const testedBy: z.ZodType<TestedBy> = z.strictObject({
  kind: z.enum(['user', 'client', 'host', 'system']),
  id: z.string(),
});

/** A test that a browser began. */
export const BEGUN_TEST: BegunPurpose<TestedBy> = { purpose: 'begun-test', by: testedBy };

const content = z.strictObject({ id: z.string().min(20), by: testedBy, expiresAt: z.int() });

/** `unreadable`: forged, changed, or of another connector. */
export type TicketFault = 'unreadable' | 'expired' | 'used';

export type TicketParts = BegunParts;

/** A ticket that begins one test of this connector. Whoever has it may begin the test, in any browser. */
export function issueTestTicket(
  { box, realm }: TicketParts,
  { kind, id }: Pick<Actor, 'kind' | 'id'>,
  connector: string,
): { readonly ticket: string; readonly expiresAt: Instant } {
  const expiresAt = now() + TEST_LASTS;
  const clear: z.output<typeof content> = { id: newId(), by: { kind, id }, expiresAt };
  return { ticket: box.seal(sealedFor(realm.id, connector, 'test-ticket'), JSON.stringify(clear)), expiresAt };
}

/** Takes a ticket, once: who asked for the test. One that is not ours costs no store call. @throws StoreUnavailable */
export async function takeTestTicket(
  { box, realm }: TicketParts,
  connector: string,
  ticket: string,
): Promise<TestedBy | TicketFault> {
  const read = openedAs(box, sealedFor(realm.id, connector, 'test-ticket'), ticket, content);
  if (!read) return 'unreadable';
  if (read.expiresAt <= now()) return 'expired';
  return (await useOnce(realm, ['test-ticket', read.id], read.expiresAt)) ? read.by : 'used';
}
