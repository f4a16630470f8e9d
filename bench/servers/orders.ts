/** The child's side: the benchmark's commands to a measured server. */
import { Session } from 'node:inspector/promises';
import { inspect } from 'node:util';

export type Orders = Readonly<Record<string, () => Promise<object>>>;

/** Executes commands over IPC, the server's own and the common ones; always ends with the parent. */
export function takeOrders(own: Orders): void {
  const orders: Orders = { ...own, cpu, profile, profiled };
  process.on('message', ({ order }: { readonly order: string }) => {
    const work = orders[order]?.() ?? Promise.reject(new Error(`There is no order ${order}.`));
    work.then(
      (answer) => process.send?.({ done: order, answer }),
      (error: unknown) => process.send?.({ done: order, error: inspect(error) }),
    );
  });
  process.once('disconnect', () => process.exit());
}

/** Microseconds of CPU that this process has used, all of its threads. */
async function cpu(): Promise<object> {
  const { user, system } = process.cpuUsage();
  return { microseconds: user + system };
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
