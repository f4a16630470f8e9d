import { minutes } from '../../base/clock.js';
import type { UsedLockout } from '../../federation/connectors/used-lockout.js';

const FROM = {
  setting: 'from the setting `lockout`',
  upstream: 'from the directory',
  default: 'the default, since neither the setting nor the directory says it',
} as const satisfies Record<UsedLockout['from'], string>;

/** The lockout that the throttle of accounts stays below. */
export const lockoutLine = (used: UsedLockout): string => {
  const { failures, minutes: within } = lockoutJson(used);
  return `Gatehouse stays below a lockout after ${failures} wrong passwords within ${within} minutes (${FROM[used.from]}).`;
};

/** The same as JSON. */
export const lockoutJson = ({ rule, from }: UsedLockout) => ({
  failures: rule.failures,
  minutes: rule.within / minutes(1),
  from,
});
