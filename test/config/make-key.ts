/** A process of the race in sealing-keys.test.ts: waits for the start, creates the first key, and prints what it reads. */
import { makeFirstSealingKey, readSealingKeys } from '../../src/config/sealing-keys.js';

const [folder = '', at = '0'] = process.argv.slice(2);
while (Date.now() < Number(at));
await makeFirstSealingKey(folder);
const keys = await readSealingKeys(folder);
console.log(JSON.stringify(keys.map(({ id, key }) => [id, key.toString('hex')])));
