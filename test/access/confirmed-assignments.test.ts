/** Access that a connector's mapping gave lasts for a time after its last confirmation. */
import { describe, expect, test } from '@jest/globals';
import type { Assignment } from '../../src/base/assignment.js';
import { type ConnectorStanding, confirmedAssignments } from '../../src/access/evaluation/confirmed-assignments.js';

const byHand: Assignment = {
  ...{ id: 'a1', kind: 'role', target: 'r1', grantedBy: 'host:root', grantedAt: 1, limitations: [] },
};
const mapped: Assignment = { ...byHand, id: 'a2', source: { kind: 'connector', id: 'corp' } };
const corp: ConnectorStanding = { enabled: true, accessLasts: 100 };
const endOf = (standing: ConnectorStanding | undefined, confirmedAt?: number, assignment = mapped) => {
  const confirmations = confirmedAt === undefined ? undefined : [{ connector: 'corp', at: confirmedAt }];
  const connectors = new Map(standing ? [['corp', standing]] : []);
  return confirmedAssignments([byHand, assignment], confirmations, connectors).map(({ validUntil }) => validUntil);
};

describe('an assignment that a connector maintains', () => {
  test('ends a time after the last confirmation, and one made by hand does not', () => {
    expect(endOf(corp, 1000)).toEqual([undefined, 1100]);
  });
  test('is confirmed by a complete synchronization too, whichever was later', () => {
    expect(endOf({ ...corp, lastFullRunAt: 1500 }, 1000)).toEqual([undefined, 1600]);
    expect(endOf({ ...corp, lastFullRunAt: 500 }, 1000)).toEqual([undefined, 1100]);
  });
  test('keeps an end of its own that is earlier', () => {
    expect(endOf(corp, 1000, { ...mapped, validUntil: 1050 })).toEqual([undefined, 1050]);
    expect(endOf(corp, 1000, { ...mapped, validUntil: 2000 })).toEqual([undefined, 1100]);
  });
  test('has ended if its connector is disabled, is removed, or never confirmed the user', () => {
    expect(endOf({ ...corp, enabled: false }, 1000)).toEqual([undefined, 0]);
    expect(endOf(undefined, 1000)).toEqual([undefined, 0]);
    expect(endOf({ ...corp, lastFullRunAt: 1500 })).toEqual([undefined, 0]);
  });
});

test('assignments without any connector are handed on as they are', () => {
  const own = [byHand];
  expect(confirmedAssignments(own, undefined, new Map())).toBe(own);
});
