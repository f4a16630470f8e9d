import { anonymousMegabytes } from '../servers/program.ts';

/** How often the memory is looked at, in milliseconds. */
const EVERY = 100;

/** The most memory that a process holds from now on, in megabytes, until it is asked or the process ends. */
export function mostMemory(pid: number): () => Promise<number> {
  let most = 0;
  const look = async (): Promise<void> => {
    // A process that has ended holds nothing.
    most = Math.max(most, await anonymousMegabytes(pid).catch(() => 0));
  };
  const timer = setInterval(() => void look(), EVERY);
  return async () => {
    clearInterval(timer);
    await look();
    return most;
  };
}
