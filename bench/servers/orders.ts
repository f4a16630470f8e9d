/** The child's side: the benchmark's commands to a measured server. */
import { Session } from 'node:inspector/promises';
import { inspect } from 'node:util';

export type Orders = Readonly<Record<string, () => Promise<object>>>;

/** Executes commands over IPC, the server's own and the common ones; always ends with the parent. */
export function takeOrders(own: Orders): void {
  const orders: Orders = { used: () => used(noWrites), ...own, profile, profiled };
  process.on('message', ({ order }: { readonly order: string }) => {
    const work = orders[order]?.() ?? Promise.reject(new Error(`There is no order ${order}.`));
    work.then(
      (answer) => process.send?.({ done: order, answer }),
      (error: unknown) => process.send?.({ done: order, error: inspect(error) }),
    );
  });
  process.once('disconnect', () => process.exit());
}

/** How many writes this process has made, and in how many commits. */
export interface Writes {
  readonly jobs: number;
  readonly commits: number;
}

const noWrites: Writes = { jobs: 0, commits: 0 };

/** Microseconds of CPU that this process has used, all of its threads (getrusage, RUSAGE_SELF), and its writes. */
export async function used(writes: Writes): Promise<object> {
  const { user, system } = process.cpuUsage();
  return { microseconds: user + system, ...writes };
}

const session = new Session();

/** Starts a CPU profile of the main thread. */
async function profile(): Promise<object> {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  return {};
}

/** Stops the profile and returns it as a .cpuprofile. */
async function profiled(): Promise<object> {
  const { profile: taken } = await session.post('Profiler.stop');
  session.disconnect();
  return { profile: taken };
}
