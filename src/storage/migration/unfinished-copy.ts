import { now, type Instant } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import type { Engine } from '../engine.js';
import { spec } from '../spec.js';

/** Lies in a store for as long as it is being filled from another one: it may be half of that, and nobody may use it. */
export interface StoreCopy {
  id: string;
  /** The identity of the store that is copied. */
  source: string;
  /** The run that fills it; a later one takes its place. */
  run: string;
  startedAt: Instant;
}

export const storeCopies = spec<StoreCopy>()({
  name: 'storeCopies',
  scope: 'installation',
  version: 1,
  transient: true,
  indexed: {},
  unique: {},
  queries: {},
});

/** The one such document that a store may hold. */
export const COPY = 'copy';

/** @throws GatehouseError `bad-configuration` for a store that a copy was begun to and not finished */
export async function refuseUnfinishedCopy(engine: Engine): Promise<void> {
  await engine.prepare([storeCopies]);
  if (!(await engine.get({ spec: storeCopies, realm: '' }, COPY, now()))) return;
  throw new GatehouseError(
    'bad-configuration',
    'GATEHOUSE_STORE holds a copy that was not finished: run the same `gatehouse store copy` again, or empty it.',
  );
}
