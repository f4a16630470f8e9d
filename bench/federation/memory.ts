import { anonymousMegabytes } from '../servers/program.ts';

/** How often the memory is looked at, in milliseconds. */
const EVERY = 100;

/** The most memory that a process holds from now on, in megabytes, until it is asked. */
export function mostMemory(pid: number): () => Promise<number> {
  let most = 0;
  const look = async (): Promise<void> => {
    most = Math.max(most, await anonymousMegabytes(pid));
  };
  const timer = setInterval(() => void look(), EVERY);
  return async () => {
    clearInterval(timer);
    await look();
    return most;
  };
}
