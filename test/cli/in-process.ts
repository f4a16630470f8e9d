import { runCommand } from '../../src/cli/command.js';
import { temporaryPlace } from '../support/host/temporary-place.js';

/** The exit code and output of a command. */
interface Commanded {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

/** Runs commands on the store of these settings, in this process; each opens and closes the store, like a separate process. */
export function commandsAt(env: Readonly<Record<string, string>>) {
  async function command(...argv: readonly string[]): Promise<Commanded> {
    const [out, err]: [string[], string[]] = [[], []];
    const into = (lines: string[]) => ({ line: (text: string) => void lines.push(text) });
    const code = await runCommand(argv, env, { out: into(out), err: into(err) });
    return { code, out, err };
  }
  /** @throws on failure; `denied` is not a failure */
  async function says(...argv: readonly string[]): Promise<string> {
    const { code, out, err } = await command(...argv);
    if (code !== 0 && !(argv[0] === 'decide' && code === 1)) throw new Error(err.join('\n'));
    return out.join('\n');
  }
  return { command, says };
}

/** Commands on a realm of the test's own, like {@link commandsAt}. */
export async function commandsOn(kind: 'sqlite' | 'mongodb', realmFile: string) {
  const place = await temporaryPlace(kind);
  const env = { ...place.settings, GATEHOUSE_REALM_FILE: realmFile, GATEHOUSE_LOG_LEVEL: 'silent' };
  const { command, says } = commandsAt(env);
  await says('bootstrap');
  return {
    env,
    command,
    says,
    end: () => place.remove(),
  };
}

export type Commands = Awaited<ReturnType<typeof commandsOn>>;
