/** Preloaded into what scripts/start.mjs runs: whoever started this process is gone, however it went, so it ends as if told to. */
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // A command that is done may leave though its parent is still there.
  process.channel.unref();
}
