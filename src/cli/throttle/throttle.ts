import { isIP } from 'node:net';
import type { Actor } from '../../changes/actor.js';
import type { Config } from '../../config/config.js';
import { describeDelays } from './describe-delays.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { withParts } from '../with-parts.js';

export interface ThrottleCommand {
  readonly action: 'show' | 'lift';
  readonly address: string;
}

/** @throws NotUnderstood */
export function readThrottleCommand([action, address, ...rest]: readonly string[]): ThrottleCommand {
  if ((action !== 'show' && action !== 'lift') || rest.length > 0) {
    throw new NotUnderstood();
  }
  if (address === undefined || isIP(address) === 0) {
    throw new NotUnderstood(`Name the network address: gatehouse throttle ${action} 192.0.2.7`);
  }
  return { action, address };
}

/** Shows or lifts the delays of an address. @throws GatehouseError `bad-configuration`, StoreUnavailable */
export async function throttleCommand(
  by: Actor,
  { action, address }: ThrottleCommand,
  config: Config,
  out: Output,
): Promise<void> {
  await withParts(config, async (parts) => {
    if (action === 'show') {
      const delays = await parts.unlocking.delaysAt(address);
      for (const line of describeDelays(delays, `sign-ins from ${address}`)) out.line(line);
    } else {
      const lifted = await parts.unlocking.liftAt(by, address);
      out.line(
        lifted.length === 0
          ? `Nothing slowed down sign-ins from ${address}.`
          : `The failed sign-ins from ${address} are forgotten.`,
      );
    }
  });
}
