/** The child's side: what the benchmark asks of a server that it measures, beside the requests. */
import { Session } from 'node:inspector/promises';
import { inspect } from 'node:util';

export type Orders = Readonly<Record<string, () => Promise<object>>>;

/** Answers orders over IPC, the server's own and those that all have; ends with the parent, however that goes. */
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

/** Begins to look where the main thread is. */
async function profile(): Promise<object> {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  return {};
}

/** Where it was, in the form of a .cpuprofile. */
async function profiled(): Promise<object> {
  const { profile: taken } = await session.post('Profiler.stop');
  session.disconnect();
  return { profile: taken };
}
