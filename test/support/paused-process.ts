import { readdirSync, readFileSync } from 'node:fs';

/**
 * Stops a process as SIGSTOP does, and returns when each of its threads stands still: the signal alone only asks them to, and on a busy
 * machine they answer for a while. Without /proc, it returns at once.
 */
export function pauseProcess(pid: number | undefined): void {
  if (pid === undefined) throw new Error('The process did not start.');
  process.kill(pid, 'SIGSTOP');
  while (!isStill(pid));
}

function isStill(pid: number): boolean {
  return threadsOf(pid).every((thread) => isThreadStill(`/proc/${pid}/task/${thread}/stat`));
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** The state follows the name, which stands in brackets (proc_pid_stat(5)). A thread that has ended is still. */
function isThreadStill(path: string): boolean {
  try {
    const stat = readFileSync(path, 'utf8');
    return 'TtZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2));
  } catch {
    return true;
  }
}
