/** What it costs to read a response of a SAML identity provider: `npm run bench:saml`. */
import { rsaKeys } from '../../test/federation/saml/stand-in/keys.ts';
import { posted, response, type Written } from '../../test/federation/saml/stand-in/response.ts';
import { expecting } from '../../test/federation/saml/reader/reading.ts';

// As the server runs it: with a thread for large responses.
const built = new URL('../../dist/federation/saml/reader/read-aside.js', import.meta.url).href;
const { readAside } = (await import(built)) as {
  readonly readAside: (
    encoded: string,
    expected: ReturnType<typeof expecting>,
  ) => Promise<'busy' | { readonly kind: string }>;
};

const groups = (count: number, length: number) => ({
  groups: Array.from({ length: count }, (_, n) => `cn=group-${n},`.padEnd(length, 'x')),
});
/** In bytes: what may come (256 KB), less what stands around the groups. */
const MOST = 256 * 1024 - 8 * 1024;
const ELEMENTS = 1900;

const CASES: readonly (readonly [what: string, Written])[] = [
  ['ordinary', {}],
  ['ordinary, response and assertion signed', { sign: 'both' }],
  ['ordinary, encrypted', { encrypted: { keys: rsaKeys('sp') } }],
  ['with 150 groups', { attributes: groups(150, 36) }],
  ['with 1,000 groups', { attributes: groups(1000, 60) }],
  ['the largest allowed', { attributes: groups(ELEMENTS, Math.floor(MOST / ELEMENTS) - 45) }],
  [
    'the largest allowed, response and assertion signed',
    { attributes: groups(ELEMENTS, Math.floor(MOST / ELEMENTS) - 45), sign: 'both' },
  ],
];

const RUNS = 60;

/** The longest time for which nothing else had its turn. */
async function longestStretch(work: () => Promise<unknown>): Promise<number> {
  const state = { isDone: false, longest: 0 };
  let before = performance.now();
  const done = work().finally(() => (state.isDone = true));
  while (!state.isDone) {
    await new Promise(setImmediate);
    const at = performance.now();
    state.longest = Math.max(state.longest, at - before);
    before = at;
  }
  await done;
  return state.longest;
}

const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

console.log('| a response | KB | CPU (ms) | longest stretch of the event loop (ms) |\n| --- | --- | --- | --- |');
for (const [what, written] of CASES) {
  const encoded = posted(response(written));
  const read = async (): Promise<void> => {
    const said = await readAside(encoded, expecting({ at: Date.now() }));
    if (said === 'busy' || said.kind !== 'verified') throw new Error(`${what}: ${JSON.stringify(said)}`);
  };
  for (let n = 0; n < RUNS / 2; n++) await read();
  const cpu: number[] = [];
  for (let n = 0; n < RUNS; n++) {
    const before = process.cpuUsage();
    await read();
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000);
  }
  const stretches: number[] = [];
  for (let n = 0; n < RUNS; n++) stretches.push(await longestStretch(read));
  const size = Math.round((encoded.length * 3) / 4 / 1024);
  console.log(`| ${what} | ${size} | ${median(cpu).toFixed(1)} | ${median(stretches).toFixed(1)} |`);
}
