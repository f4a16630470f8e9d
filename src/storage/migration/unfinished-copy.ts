import { now, type Instant } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import type { Engine } from '../engine.js';
import { spec } from '../spec.js';

/** Marks a store that is being filled from another one. It may be incomplete, so nobody may use it. */
export interface StoreCopy {
  id: string;
  /** The identity of the store that is copied. */
  source: string;
  /** The run that fills it; a later run replaces it. */
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

/** The id of the only such document in a store. */
export const COPY = 'copy';

/** @throws GatehouseError `bad-configuration` for a store with an unfinished copy */
export async function refuseUnfinishedCopy(engine: Engine): Promise<void> {
  await engine.prepare([storeCopies]);
  if (!(await engine.get({ spec: storeCopies, realm: '' }, COPY, now()))) return;
  throw new GatehouseError(
    'bad-configuration',
    'GATEHOUSE_STORE holds a copy that was not finished: run the same `gatehouse store copy` again, or empty it.',
  );
}
