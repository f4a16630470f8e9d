import type { Output } from '../../output/output.js';
import { type Destination, DestinationUnavailable } from './destination.js';

/** One JSON object a line. */
export const stdoutDestination = (out: Output): Destination => ({
  name: 'standard output',
  async send({ events }) {
    for (const event of events) out.line(JSON.stringify(event));
    try {
      await out.flushed?.();
    } catch (error) {
      throw new DestinationUnavailable('its reader has closed it', { cause: error });
    }
  },
});
