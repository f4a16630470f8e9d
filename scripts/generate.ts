/** `npm run generate`: see scripts/generate/generate.ts. The store and keys are those of the environment, as for `gatehouse`. */
import { parseArgs } from 'node:util';
import type * as ConfigModule from '../src/config/config.js';
import { built } from './generate/built.ts';
import { generate } from './generate/generate.ts';
import { MILLION } from './generate/sizes.ts';

const USAGE = `npm run generate -- --resource-server IDENTIFIER [--users N] [--groups N] [--roles N]
  --resource-server  whose permissions the roles give
  --users, ...       how many of each; ${MILLION.users}, ${MILLION.groups} and ${MILLION.roles} when absent
GENERATED_PASSWORD is the password of every person. The store was bootstrapped, and no server uses it meanwhile.`;

const number = { type: 'string' } as const;
const { GENERATED_PASSWORD: password, ...env } = process.env;

function asked() {
  const options = { 'resource-server': number, users: number, groups: number, roles: number } as const;
  try {
    const { values } = parseArgs({ options });
    const of = (name: keyof typeof MILLION): number => Number(values[name] ?? MILLION[name]);
    const sizes = { users: of('users'), groups: of('groups'), roles: of('roles') };
    const resourceServer = values['resource-server'];
    const isRight = Object.values(sizes).every((size) => Number.isSafeInteger(size) && size > 0);
    return isRight && resourceServer && password ? { sizes, resourceServer, password } : undefined;
  } catch {
    return undefined;
  }
}

const wanted = asked();
if (wanted) {
  const { readConfig } = (await built('config/config.js')) as typeof ConfigModule;
  const began = performance.now();
  await generate(readConfig(env), {
    ...wanted,
    say(people) {
      if (people % 50_000 === 0)
        console.error(`${people} people, ${((performance.now() - began) / 1000).toFixed(0)} s`);
    },
  });
  console.error(`${wanted.sizes.users} people are there, ${((performance.now() - began) / 1000).toFixed(0)} s.`);
} else {
  console.error(USAGE);
  process.exitCode = 2;
}
