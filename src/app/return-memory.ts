import { performance } from 'node:perf_hooks';
import { seconds } from '../base/clock.js';
import { garbageCollector } from '../base/memory.js';

/** The memory of a process, and its garbage collection. */
export interface Memory {
  /** The bytes that the process holds, used or not. */
  held(): number;
  /** The share of the time since the last call that the process was busy, 0 to 1. */
  utilization(): number;
  collect(): void;
}

const EVERY = seconds(10);
/** The minimum interval: a process that needs its memory is not collected repeatedly in vain. */
const PAUSE = seconds(60);
/** The maximum busy share; a collection takes some 50 ms, which is not noticeable then. */
const QUIET = 0.1;
/** The minimum growth over the lowest size held. Less is not worth a collection. */
const GROWN = 1.5;

/**
 * Returns memory to the system after a busy period. V8 collects only when something is allocated, so an idle process would keep
 * everything that its busiest minute needed. Returns the function that stops it.
 */
export function returnMemory(memory: Memory = ofThisProcess(), every = EVERY): () => void {
  let least = memory.held();
  let pause = 0;
  const look = (): void => {
    // Called each time, so that it is the share of one interval.
    const isQuiet = memory.utilization() < QUIET;
    const bytes = memory.held();
    least = Math.min(least, bytes);
    pause -= every;
    if (!isQuiet || pause > 0 || bytes < least * GROWN) return;
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
