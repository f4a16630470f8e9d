import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { hours, minutes, now } from '../../src/base/clock.js';
import { type PendingRequest, PendingRequests } from '../../src/oidc/interactions/pending-requests.js';
import { passes } from '../support/passes.js';

const pendingRequest = (about: Partial<PendingRequest> = {}): PendingRequest => ({
  network: '192.0.2.1',
  clientId: 'shop',
  bytes: 1000,
  endsAt: now() + hours(1),
  ...about,
});
const MEGABYTE = 1024 * 1024;

describe('requests that wait', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const taken = (pending: PendingRequests, tries: number, about: Partial<PendingRequest> = {}): number =>
    Array.from({ length: tries }, () => pending.take(pendingRequest(about))).filter(Boolean).length;

  test('are as many as an office begins, and no more, of one client from one address', () => {
    const pending = new PendingRequests();
    expect(taken(pending, 6000)).toBe(5000);
    expect(taken(pending, 6000, { clientId: 'tab' })).toBe(5000);
    expect(taken(pending, 1, { clientId: 'third' })).toBe(0);
    expect(taken(pending, 1, { network: '192.0.2.2' })).toBe(1);
  });

  test('are fewer where they are long', () => {
    const pending = new PendingRequests();
    expect(taken(pending, 100, { bytes: MEGABYTE })).toBe(16);
    expect(taken(pending, 100, { bytes: MEGABYTE, clientId: 'tab' })).toBe(16);
    expect(taken(pending, 1, { clientId: 'third' })).toBe(0);
  });

  test('make room for others by being answered', () => {
    const pending = new PendingRequests();
    taken(pending, 6000);
    pending.release(pendingRequest());
    expect(taken(pending, 2)).toBe(1);
  });

  test('make room by ending, each at its time', () => {
    const pending = new PendingRequests();
    taken(pending, 2000, { endsAt: now() + minutes(1) });
    taken(pending, 3000);
    passes(minutes(10));
    expect(taken(pending, 6000)).toBe(2000);
    passes(minutes(55));
    expect(taken(pending, 6000)).toBe(3000);
  });

  test('that were counted elsewhere give no credit here', () => {
    const pending = new PendingRequests();
    for (let answered = 0; answered < 100; answered++) pending.release(pendingRequest());
    expect(taken(pending, 6000)).toBe(5000);
  });

  test('are forgotten where the clock was set back', () => {
    const pending = new PendingRequests();
    passes(hours(24));
    taken(pending, 6000);
    passes(-hours(24));
    expect(taken(pending, 1)).toBe(1);
  });
});
