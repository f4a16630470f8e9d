import { z } from 'zod';
import { now } from '../../base/clock.js';
import { invalidInput } from '../../http/api/input.js';
import { operation } from '../../http/api/operation.js';
import { REASONS } from '../../http/refusals/reasons.js';
import type { DecisionParts } from '../decision-parts.js';
import { countEvents, eventsInput, mayReport } from '../events.js';
import { idsFor } from '../named.js';
import { EVENTS } from '../paths.js';
import { resourceServerOf } from '../resource-server-caller.js';
import { decisionFacts } from './decision-facts.js';

/** Counts what people did, for segments (docs/segments.md). Not of AuthZEN. */
export const reportEvents = operation({
  ...decisionFacts,
  id: 'reportEvents',
  path: EVENTS,
  summary: 'Report what people did',
  description: 'An `Idempotency-Key` header makes a report count once, however often it is sent.',
  body: eventsInput,
  response: z.strictObject({ counted: z.int().describe('The number of events.') }),
  handler: async ({ principal, body: { events }, header }, parts: DecisionParts) => {
    const caller = resourceServerOf(principal);
    if (!mayReport(caller, await parts.snapshots.read())) {
      const detail = 'What this resource server says of behaviour is not believed (trustedFor).';
      const why = { reason: 'not-trusted', words: REASONS['not-trusted'].cause } as const;
      return { ok: false, problem: { code: 'forbidden', detail, why } };
    }
    const key = header('Idempotency-Key') || undefined;
    const idOf = idsFor([caller.client], parts.openPairwise);
    const counting = { idOf, user: parts.sources.user, count: parts.count };
    const faults = await countEvents({ events, key, caller }, counting, now());
    return faults.length > 0
      ? { ok: false, problem: invalidInput(faults) }
      : { ok: true, value: { counted: events.length } };
  },
});
