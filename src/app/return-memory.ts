import { performance } from 'node:perf_hooks';
import { seconds } from '../base/clock.js';
import { garbageCollector } from '../base/memory.js';

/** The memory of a process, and how it is collected. */
export interface Memory {
  /** Bytes that the process holds, used or not. */
  held(): number;
  /** The share of the time since it was last asked that the process was at work, 0 to 1. */
  utilization(): number;
  collect(): void;
}

const EVERY = seconds(10);
/** So often at most: a process that needs what it holds is not collected for nothing all the time. */
const PAUSE = seconds(60);
/** A share of the time; a collection takes some 50 ms, which nobody notices then. */
const QUIET = 0.1;
/** Times the least that it held. Less is not worth a collection. */
const GROWN = 1.5;

/**
 * Gives memory back to the system once a busy time is over: V8 collects when something is allocated, so a process that has gone quiet would
 * keep all that its busiest minute needed. Gives the function that stops it.
 */
export function returnMemory(memory: Memory = ofThisProcess(), every = EVERY): () => void {
  let least = memory.held();
  let pause = 0;
  const look = (): void => {
    // Asked each time, so that it is the share of one interval.
    const isQuiet = memory.utilization() < QUIET;
    const held = memory.held();
    least = Math.min(least, held);
    pause -= every;
    if (!isQuiet || pause > 0 || held < least * GROWN) return;
    memory.collect();
    pause = PAUSE;
  };
  const timer = setInterval(look, every).unref();
  return () => {
    clearInterval(timer);
  };
}

function ofThisProcess(): Memory {
  let last = performance.eventLoopUtilization();
  return {
    held: () => process.memoryUsage.rss(),
    utilization() {
      const current = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(current, last);
      last = current;
      return utilization;
    },
    collect: garbageCollector(),
  };
}
