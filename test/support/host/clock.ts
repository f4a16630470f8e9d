/**
 * The test host's clock: a preload module (`node --import`) that replaces the global Date before anything else is imported. It
 * replaces the constructor and now(), since jose uses one and oidc-provider the other. It keeps ticking, and an IPC message moves
 * it forward, never back.
 * Workers started from a file share it. Timers are not moved: what a timer does is run when told.
 *
 * Node runs this file as it is, so it imports nothing but built-in modules.
 */
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

const KEY = 'test-host-clock';

if (isMainThread) {
  const start = BigInt(process.env['TEST_HOST_CLOCK'] ?? '0');
  delete process.env['TEST_HOST_CLOCK'];
  const shared = new BigInt64Array(new SharedArrayBuffer(8));
  Atomics.store(shared, 0, start);
  setEnvironmentData(KEY, shared);
}

const ahead = getEnvironmentData(KEY) as unknown as BigInt64Array;
const RealDate = Date;
const now = (): number => RealDate.now() + Number(Atomics.load(ahead, 0));

const MovedDate = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
  apply: () => new RealDate(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
});
RealDate.prototype.constructor = MovedDate;
globalThis.Date = MovedDate;

if (isMainThread && process.channel) {
  process.on('message', (message: { order?: string; ms?: number }) => {
    if (message.order !== 'advance') return;
    if (!(Number.isSafeInteger(message.ms) && Number(message.ms) >= 0))
      throw new Error('The clock moves forward only.');
    Atomics.add(ahead, 0, BigInt(Number(message.ms)));
    process.send?.({ done: 'advance' });
  });
  // Waiting for orders is no reason to stay alive.
  process.channel.unref();
}
