import { z } from 'zod';
import { type Instant, now } from '../../base/clock.js';
import { useOnce } from '../../sessions/tokens/replay-guard.js';
import { openedAs, sealedFor } from './sealed-text.js';
import { type TestedBy, testedBy, type TicketParts } from './test-ticket.js';

/** A test that a browser began, until its answer comes. */
export interface BegunTest {
  readonly by: TestedBy;
  /** Names it in the answer. */
  readonly state: string;
  /** What the connector needs again. */
  readonly kept: string;
  readonly expiresAt: Instant;
}

const content: z.ZodType<BegunTest> = z.strictObject({
  by: testedBy,
  state: z.string(),
  kept: z.string(),
  expiresAt: z.int(),
});

/** As the browser keeps it, which cannot read it. */
export const sealBegun = ({ box, realm }: TicketParts, connector: string, begun: BegunTest): string =>
  box.seal(sealedFor(realm.id, connector, 'begun-test'), JSON.stringify(begun));

/**
 * Takes the test that this browser began and that the answer is for, once. Undefined: there is none. An answer to something else
 * takes nothing.
 *
 * @throws StoreUnavailable
 */
export async function takeBegun(
  { box, realm }: TicketParts,
  connector: string,
  sealed: string,
  state: string | null,
): Promise<BegunTest | undefined> {
  const begun = openedAs(box, sealedFor(realm.id, connector, 'begun-test'), sealed, content);
  if (!begun || begun.state !== state || begun.expiresAt <= now()) return undefined;
  return (await useOnce(realm, ['begun-test', state], begun.expiresAt)) ? begun : undefined;
}
