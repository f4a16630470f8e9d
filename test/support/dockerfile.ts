/** Reads as much of a Dockerfile as ours uses: stages, and their instructions in order. An instruction it does not know is refused. */

export interface Instruction {
  word:
    | 'ENV'
    | 'RUN'
    | 'WORKDIR'
    | 'COPY'
    | 'USER'
    | 'VOLUME'
    | 'EXPOSE'
    | 'HEALTHCHECK'
    | 'STOPSIGNAL'
    | 'ENTRYPOINT'
    | 'CMD';
  rest: string;
}
export interface Stage {
  image: string;
  name: string | undefined;
  instructions: Instruction[];
}

const WORDS = [
  'ENV',
  'RUN',
  'WORKDIR',
  'COPY',
  'USER',
  'VOLUME',
  'EXPOSE',
  'HEALTHCHECK',
  'STOPSIGNAL',
  'ENTRYPOINT',
  'CMD',
] as const;

/** @throws {Error} naming the line, for an instruction that it does not know */
export function stagesOf(dockerfile: string): Stage[] {
  const lines = dockerfile
    .replace(/^\s*#.*$/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, first = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    if (first === 'FROM') {
      const [image = '', , name] = rest.split(/\s+/);
      stages.push({ image, name, instructions: [] });
      continue;
    }
    const word = WORDS.find((one) => one === first);
    const stage = stages.at(-1);
    if (!word || !stage) throw new Error(`Not understood in the Dockerfile: ${line}`);
    stage.instructions.push({ word, rest });
  }
  return stages;
}

/** Returns the arguments of each `word` instruction of a stage, in order. */
export const all = (stage: Stage, word: Instruction['word']): string[] =>
  stage.instructions.filter((one) => one.word === word).map(({ rest }) => rest);

/** The command of an exec form (`["node", "x"]`), after `CMD` for a HEALTHCHECK. */
export function execForm(rest: string): string[] {
  return JSON.parse(rest.slice(rest.indexOf('['))) as string[];
}

export interface Copy {
  from: string | undefined;
  sources: string[];
  to: string;
}
export function copyOf(rest: string): Copy {
  const words = rest.split(/\s+/);
  const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
  const paths = words.filter((word) => !word.startsWith('--'));
  return { from, sources: paths.slice(0, -1), to: paths.at(-1) ?? '' };
}

export const environmentOf = (stage: Stage): Record<string, string> =>
  Object.fromEntries(
    all(stage, 'ENV').flatMap((rest) =>
      rest.split(/\s+/).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
  );
