/** The parent's side: a server in a process of its own, which ends with the benchmark. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface Spawned {
  readonly pid: number;
  /** @throws {Error} with what the child says, where it fails */
  ask<T>(order: string): Promise<T>;
  /** SIGKILL: nothing of it is wanted any more. */
  end(): Promise<void>;
}

/** Its log goes to /dev/null, since its cost is measured; its errors are shown. */
export function spawned(program: string, env: Readonly<Record<string, string>>): Spawned {
  const child = fork(program, [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`A server of the benchmark ended with ${String(code ?? signal)}.`);
  });
  gone.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    async ask<T>(order: string) {
      const answered = new Promise<T>((resolve, reject) => {
        child.on('message', function listen(message: { done: string; answer?: T; error?: string }) {
          if (message.done !== order) return;
          child.off('message', listen);
          if (message.error === undefined) resolve(message.answer as T);
          else reject(new Error(message.error));
        });
      });
      child.send({ order });
      return Promise.race([answered, gone]);
    },
    async end() {
      child.kill('SIGKILL');
      await gone.catch(() => undefined);
    },
  };
}
