import { blocksOf, typed } from './documents.js';
import { program } from './gatehouse.js';
import type { Host } from './host/host.js';

export interface Typing {
  /** Where it is typed; absent: anywhere. */
  readonly folder?: string;
  /** The names of the page, and those of the test in their place. */
  readonly places?: Readonly<Record<string, string>>;
  /** Further settings of the server. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The blocks of a page that are marked `sh run MARK`, typed on the store of a host. `gatehouse` is the built program. */
export function pageCommands(page: string, host: Pick<Host, 'storeAddress' | 'keysFolder'>) {
  const untyped = new Set(blocksOf(page, 'sh run [a-z ]+'));

  /** Types commands, and returns what they print. @throws where they end badly */
  function run(commands: string, { folder, places = {}, env = {} }: Typing = {}): Promise<string> {
    const settings = {
      GATEHOUSE_STORE: host.storeAddress,
      GATEHOUSE_KEYS: host.keysFolder,
      NODE_NO_WARNINGS: '1',
      ...env,
    };
    const there = folder === undefined ? '' : `cd "${folder}"\n`;
    const shell = `exec 2>&1\ngatehouse() { "${process.execPath}" "${program}" "$@"; }\n${there}${commands}`;
    return typed(shell, places, settings);
  }

  return {
    run,
    /** Types the one block with this mark. */
    type(mark: string, typing?: Typing): Promise<string> {
      const [block, more] = blocksOf(page, `sh run ${mark}`);
      if (block === undefined || more !== undefined) throw new Error(`There is not one block marked "${mark}".`);
      untyped.delete(block);
      return run(block, typing);
    },
    /** What the test left out so far. */
    untyped: (): readonly string[] => [...untyped],
  };
}
