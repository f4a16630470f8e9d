/**
 * attack: how long an owner waits to sign in while many addresses guess at their password (`npm run attack`).
 *
 * Starts a server that hashes at the real cost (`--cheap`: at bcrypt's lowest), on SQLite. N addresses post wrong passwords of one name without pause and without regard to
 * Retry-After. Owners come one after another from addresses that were never seen, with the right password, and obey Retry-After. Addresses are
 * those of X-Forwarded-For, from a trusted proxy. Attackers, owners and server share the machine. Asserts nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startGatehouse } from '../servers/servers.ts';
import { guessers } from './guessers.ts';
import { timeToGetIn } from './owner.ts';

const { values } = parseArgs({
  options: {
    addresses: { type: 'string', default: '1000' },
    owners: { type: 'string', default: '5' },
    cheap: { type: 'boolean', default: false },
  },
});
const addresses = Number(values.addresses);
const owners = Number(values.owners);

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-attack-'));
const database = (name: string): string => `sqlite:${join(folder, name)}`;
try {
  const server = await startGatehouse({ folder, database }, 'gatehouse-sqlite', {
    realCost: !values.cheap,
    people: 1,
    env: { GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1', GATEHOUSE_LOG_LEVEL: 'warn' },
  });
  const [owner] = server.people;
  if (!owner) throw new Error('There is nobody to attack.');
  console.error(`${addresses} addresses open a sign-in page each`);
  const attack = await guessers(server.issuer, addresses);
  console.error('the attack begins');
  attack.begin();
  const waits: number[] = [];
  for (let at = 0; at < owners; at++) {
    const wait = await timeToGetIn(owner, at);
    waits.push(wait);
    console.error(`owner ${at + 1} is in after ${wait.toFixed(1)} s`);
  }
  const first = await attack.firstGuesses();
  const hashes = addresses / first;
  const last = await timeToGetIn(owner, owners);
  const answers = await attack.end();
  const figures = {
    addresses,
    'posts a second': Math.round(answers.posts / answers.seconds),
    'passwords checked': answers.judged,
    'seconds until each address had its first guess': Math.round(first),
    'hashes a second in that time': Number(hashes.toFixed(1)),
    'owners in after (s)': waits.map((wait) => wait.toFixed(1)).join(', '),
    'another, after the first guesses (s)': last.toFixed(1),
    'promised: 60 s + N / (hashes a second)': Math.round(60 + first),
  };
  for (const [name, value] of Object.entries(figures)) console.log(`${name}: ${value}`);
  await server.process.end();
} finally {
  await rm(folder, { recursive: true, force: true });
}
