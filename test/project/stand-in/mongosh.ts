/** As much of mongosh as our pages use, `mongosh URL --quiet --eval EXPRESSION`: anything else is refused. */
import mongoose from 'mongoose';

const COMMANDS: Readonly<Record<string, object>> = {
  'db.fsyncLock()': { fsync: 1, lock: true },
  'db.fsyncUnlock()': { fsyncUnlock: 1 },
};

const [url = '', quiet, evaluate, expression = ''] = process.argv.slice(2);
const command = COMMANDS[expression];
if (quiet !== '--quiet' || evaluate !== '--eval' || !command) throw new Error(`Not understood: ${expression}`);
const connection = await mongoose.createConnection(url, { directConnection: true }).asPromise();
await connection.getClient().db('admin').command(command);
await connection.close();
