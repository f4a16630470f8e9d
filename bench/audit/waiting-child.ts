/** Continues the chain of a store until it is killed: `waiting-child.ts ADDRESS`. Sends `holds` when it begins to. */
import { chainJob } from '../../src/audit/chain/chain-job.ts';
import { background } from '../../src/jobs/background.ts';
import { keys, openRecords, WAITING_REALM } from './records.ts';

const [address = ''] = process.argv.slice(2);
const store = await openRecords(address);
const job = chainJob({
  realm: store.in(WAITING_REALM),
  auditKeys: keys,
  log: { info: () => undefined, error: console.error },
});
background(store.installation, [
  {
    ...job,
    run(held, signal) {
      process.send?.('holds');
      return job.run(held, signal);
    },
  },
]).start((error) => console.error(error));
// Jobs keep no process alive; whoever started this one does.
process.channel?.ref();
process.on('disconnect', () => process.exit());
