import { GatehouseError } from '../../base/errors.js';
import { refusalText } from '../../sentences/sentence.js';
import type { Saved } from '../../changes/change-result.js';

/** The saved value. @throws GatehouseError `bad-configuration` with the reason of the refusal */
export function saved<T>(outcome: Saved<T>): T {
  if (outcome.ok) return outcome.value;
  throw new GatehouseError('bad-configuration', refusalText(outcome.refusal, 'en'));
}
