import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { hours, type Instant } from '../../src/base/clock.js';
import { emptyRealm, type EmptyRealm } from '../realm-file/realm.js';
import { ChangingWorld, steps } from './changing-world.js';
import type { Answers } from './comparable-answers.js';

describe.each(['sqlite', 'mongodb'] as const)('on %s, whatever is changed meanwhile,', (kind) => {
  let realm: EmptyRealm;
  let clock: Instant;
  beforeAll(async () => {
    realm = await emptyRealm(kind);
  });
  afterAll(() => realm.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('a decision of a past instant is the one that was made then, with its explanation', async () => {
    clock = Date.now();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (some) => {
        jest.spyOn(Date, 'now').mockImplementation(() => clock);
        const world = new ChangingWorld(realm, ++run);
        await world.begin();
        const remembered: { readonly at: Instant; readonly id: string; readonly answers: Answers }[] = [];
        for (const step of some) {
          clock += step.after;
          await world.carryOut(step);
          clock += 10;
          for (const id of world.subjects) remembered.push({ at: clock, id, answers: await world.answersNow(id) });
        }
        clock += hours(1);
        const late = await world.answersAt(remembered);
        for (const [index, { at, id, answers }] of remembered.entries()) {
          expect({ at, id, answers: late[index] }).toEqual({ at, id, answers });
        }
      }),
      { numRuns: kind === 'sqlite' ? 12 : 4, endOnFailure: true },
    );
  });
});
