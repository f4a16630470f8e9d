import type { Host } from '../support/host/host.js';

/** Somebody who is about to send what a kill will meet. */
export interface Midway {
  readonly send: () => Promise<unknown>;
  /** @param answer of the server that was killed; undefined where none came */
  readonly afterwards: (answer: unknown) => Promise<void>;
}

/** Of how many flows the answer comes before the kill. */
export const SERVED = [0, 1, 3, 5] as const;

/** Sends what each of them is about to send at once, kills the server when so many have been answered, and sees how all go on. */
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
