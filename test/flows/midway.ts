import type { Host } from '../support/host/host.js';

/** A user who is about to send the request that a kill interrupts. */
export interface Midway {
  readonly send: () => Promise<unknown>;
  /** @param answer of the server that was killed; undefined where none came */
  readonly afterwards: (answer: unknown) => Promise<void>;
}

/** The number of responses before the kill. */
export const SERVED = [0, 1, 3, 5] as const;

/** Sends all pending requests at once, kills the server after this many responses, and checks how all continue. */
export async function killMidway(host: Host, midway: readonly Midway[], served: number): Promise<void> {
  let count = 0;
  let enough = (): void => undefined;
  const reached = new Promise<void>((resolve) => (enough = resolve));
  const sent = midway.map(async ({ send }) => {
    const answer = await send();
    if (++count >= served) enough();
    return answer;
  });
  const over = Promise.allSettled(sent);
  // Long enough for requests to be on their way, too short for most of them to be answered.
  if (served === 0) await new Promise((resolve) => setTimeout(resolve, 6));
  else await Promise.race([reached, over]);
  await host.kill();
  const answers = (await over).map((one) => (one.status === 'fulfilled' ? one.value : undefined));
  await host.restart();
  for (const [at, { afterwards }] of midway.entries()) await afterwards(answers[at]);
}
