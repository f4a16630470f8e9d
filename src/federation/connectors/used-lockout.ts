import { minutes } from '../../base/clock.js';
import type { LockoutRule } from '../../identity/userstores/password-connector.js';
import type { UpstreamConnector } from '../contract/connector-kind.js';
import type { Connector } from './connector.js';

/** The rule that the throttle stays below, and what it was taken from. */
export interface UsedLockout {
  readonly rule: LockoutRule;
  readonly from: 'setting' | 'upstream' | 'default';
}

/** Where neither an administrator nor the upstream says it: what directories usually do. */
const DEFAULT: UsedLockout = { rule: { failures: 5, within: minutes(30) }, from: 'default' };

/** The setting of an administrator comes first; then what the upstream says. */
export async function usedLockout(
  setting: Connector['lockout'],
  { ownLockout }: Pick<UpstreamConnector, 'ownLockout'>,
): Promise<UsedLockout> {
  if (setting) return { rule: { failures: setting.failures, within: minutes(setting.minutes) }, from: 'setting' };
  const own = await ownLockout?.();
  return own ? { rule: own.rule, from: 'upstream' } : DEFAULT;
}
