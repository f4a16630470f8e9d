import { type DestinationStream, pino } from 'pino';

/**
 * Gathers the lines of one turn of the event loop and writes them at its end. Under load a turn logs many requests, and one write
 * per line is among the largest costs of a cheap response. Lines keep their order, and those of the last turn are written
 * when the process exits. Only SIGKILL or a power cut can lose the lines of a turn.
 *
 * @param write writes whole lines
 */
export function gatherLines(write: (lines: string) => void): DestinationStream & { flush(): void } {
  let gathered = '';
  const flush = (): void => {
    if (gathered === '') return;
    const lines = gathered;
    gathered = '';
    write(lines);
  };
  return {
    write(line) {
      if (gathered === '') setImmediate(flush);
      gathered += line;
    },
    flush,
  };
}

let output: DestinationStream | undefined;

/** Where the log of a server goes: its standard output. */
export function logOutput(): DestinationStream {
  if (output) return output;
  const file = pino.destination({ dest: process.stdout.fd, sync: true });
  const lines = gatherLines((text) => file.write(text));
  process.once('exit', () => lines.flush());
  output = lines;
  return output;
}

/** Where the log of a command goes: its standard output is for what was asked. */
export const commandLogOutput = (): DestinationStream => pino.destination({ dest: process.stderr.fd, sync: true });
