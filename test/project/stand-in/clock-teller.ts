/** Reads the time in every way that a library may use, in the main thread and in a worker. */
import { Worker } from 'node:worker_threads';

const seenAtImport = Date.now();
const worker = new Worker(new URL('clock-worker.ts', import.meta.url));

process.on('message', (message: { order?: string }) => {
  if (message.order !== 'tell') return;
  worker.once('message', (inWorker) => {
    process.send?.({
      done: 'tell',
      seenAtImport,
      now: Date.now(),
      constructed: new Date().getTime(),
      called: Date.parse((Date as unknown as () => string)()),
      derived: new (class extends Date {})().getTime(),
      viaPrototype: (new Date(0).constructor as DateConstructor).now(),
      given: new Date(5).getTime(),
      isDate: new Date() instanceof Date,
      inWorker: inWorker as number,
      left: process.env['TEST_HOST_CLOCK'] ?? 'nothing',
    });
  });
  worker.postMessage('now');
});
process.on('SIGTERM', () => {
  console.log('ending');
  process.exit(0);
});
process.channel?.ref();
