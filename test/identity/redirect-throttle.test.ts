import { afterEach, expect, jest, test } from '@jest/globals';
import { minutes, seconds } from '../../src/base/clock.js';
import { MOST_FROM_ADDRESS, RedirectThrottle } from '../../src/identity/throttling/redirect-throttle.js';

const START = Date.UTC(2026, 0, 1);
const at = (time: number): void => void jest.spyOn(Date, 'now').mockReturnValue(time);
afterEach(() => {
  jest.restoreAllMocks();
});

/** As many as may begin from these addresses. */
function exhausted(addressOf: (time: number) => string = () => '203.0.113.1'): RedirectThrottle {
  at(START);
  const throttle = new RedirectThrottle();
  for (let time = 0; time < MOST_FROM_ADDRESS; time++) expect(throttle.begin(addressOf(time))).toBe(undefined);
  return throttle;
}

test('from one address so many begin in five minutes, and others are not held up', () => {
  const throttle = exhausted();
  expect(throttle.begin('203.0.113.1')).toBe(300);
  expect(throttle.begin('203.0.113.2')).toBe(undefined);
  at(START + minutes(5) - seconds(1));
  expect(throttle.begin('203.0.113.1')).toBe(1);
  at(START + minutes(5));
  expect(throttle.begin('203.0.113.1')).toBe(undefined);
});

test('the addresses of one IPv6 network count together', () => {
  const throttle = exhausted((time) => `2001:db8::${time.toString(16)}`);
  expect(throttle.begin('2001:db8::ffff:1')).toBe(300);
  expect(throttle.begin('2001:db8:1::1')).toBe(undefined);
});

test('a clock that is set back holds nobody up for longer', () => {
  const throttle = exhausted();
  at(START - minutes(60));
  expect(throttle.begin('203.0.113.1')).toBe(undefined);
});
