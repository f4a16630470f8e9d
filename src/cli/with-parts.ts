import { parts as openParts } from '../app.js';
import type { Parts } from '../app/parts.js';
import type { Config } from '../config/config.js';

/** Does something with the parts of the house, which are closed when it is done, and when it is not. @throws what `parts` and the work throw */
export async function withParts<T>(config: Config, work: (parts: Parts) => Promise<T>): Promise<T> {
  const parts = await openParts(config);
  try {
    return await work(parts);
  } finally {
    await parts.close();
  }
}
