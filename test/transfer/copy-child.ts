/** Copies a store and dies of SIGKILL on the way: `copy-child.ts FROM TO DOING PAGE`, at the so-manieth page of what it does then. */
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import { OWN_SPECS } from '../../src/storage/open-store.js';
import { copyStore } from '../../src/transfer/copy-store.js';
import { specs } from './specs.js';

const [from = '', to = '', fatal = '', page = ''] = process.argv.slice(2);
const open = (address: string) => (address.startsWith('mongodb:') ? openMongo(address) : openSqlite(address));
let pages = 0;
await copyStore({
  source: await open(from),
  target: await open(to),
  specs: [...OWN_SPECS, ...specs],
  onProgress({ doing }) {
    if (doing === fatal && ++pages === Number(page)) process.kill(process.pid, 'SIGKILL');
  },
});
