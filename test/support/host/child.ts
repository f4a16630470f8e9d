/**
 * The server as the test host runs it: the built program's own commands, with cheap password hashes. Steered over IPC: `bootstrap`, then
 * `serve`; SIGTERM ends it as it ends the real one. Node runs this file as it is, under clock.ts.
 */
import { flushCompileCache } from 'node:module';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type * as CommandModule from '../../../src/cli/command.js';
import type * as HostActorModule from '../../../src/cli/host-actor.js';
import type * as BootstrapModule from '../../../src/cli/setup/bootstrap.js';
import type * as ServeModule from '../../../src/cli/serve/serve.js';
import type * as ConfigModule from '../../../src/config/config.js';

/** bcrypt's least. One test elsewhere runs at the real cost. */
const options = { passwordCost: 4 };

const built = (file: string): Promise<unknown> => import(new URL(`../../../dist/${file}`, import.meta.url).href);
await built('base/close-object-prototype.js');
const { readConfig } = (await built('config/config.js')) as typeof ConfigModule;
const { bootstrap } = (await built('cli/setup/bootstrap.js')) as typeof BootstrapModule;
const { hostActor } = (await built('cli/host-actor.js')) as typeof HostActorModule;
const { runCommand } = (await built('cli/command.js')) as typeof CommandModule;
const { serve } = (await built('cli/serve/serve.js')) as typeof ServeModule;

const orders: Record<string, (details: { readonly argv?: readonly string[] }) => Promise<object>> = {
  /** Answers with the lines that the command prints, which are not part of the log. */
  async bootstrap() {
    const lines: string[] = [];
    await bootstrap(hostActor(), readConfig(process.env), process.env, { line: (text) => lines.push(text) }, options);
    return { lines };
  },
  /** Any other command: how it ended, and what it printed. */
  async command({ argv = [] }) {
    const [out, err]: [string[], string[]] = [[], []];
    const into = (lines: string[]) => ({ line: (text: string) => void lines.push(text) });
    const code = await runCommand(argv, process.env, { out: into(out), err: into(err) });
    return { code, out, err };
  },
  /** Bytes that are still in use once everything else has been thrown away. */
  heap() {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    return Promise.resolve({ bytes: process.memoryUsage().heapUsed });
  },
  /** Answers once it is ready. */
  async serve() {
    const config = readConfig(process.env);
    const served = serve(config, process.env, options).then(() => {
      process.exit(0);
    });
    await Promise.race([served, ready(`http://127.0.0.1:${config.port}/readyz`)]);
    // Most of these processes are killed, which would lose it.
    flushCompileCache();
    return {};
  },
};

async function ready(url: string): Promise<void> {
  while (!(await fetch(url).catch(() => undefined))?.ok) await new Promise((resolve) => setTimeout(resolve, 10));
}

process.on('message', ({ order, ...details }: { order: string; argv?: readonly string[] }) => {
  orders[order]?.(details).then(
    (answer) => process.send?.({ done: order, ...answer }),
    (error: unknown) => process.send?.({ done: order, error: inspect(error) }),
  );
});
process.channel?.ref();
