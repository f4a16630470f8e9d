/** Begins a commit and dies in it, `dying-child.ts URL COMMAND`: when the driver is about to send that command of the transaction. */
import mongoose from 'mongoose';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { openStore } from '../../src/storage/open-store.js';
import { insert, replace, require } from '../../src/storage/write.js';
import { allSpecs, parts, tallies, things } from './things.js';

const [url = '', fatal = ''] = process.argv.slice(2);
const box = secretBox([{ id: 'storm', key: Buffer.alloc(32, 1) }]);
const store = await openStore({ specs: allSpecs, box, engine: await openMongo(url) });
mongoose.connections
  .at(-1)
  ?.getClient()
  .on('commandStarted', ({ commandName }) => {
    if (commandName === fatal) process.kill(process.pid, 'SIGKILL');
  });
await store
  .in('r')
  .commit([
    replace(things, { id: 'a', kind: 'blue' }, 1),
    insert(parts, { id: 'p', thing: 'a' }),
    require(tallies, 't'),
    insert(things, { id: 'b', kind: 'blue' }),
  ]);
