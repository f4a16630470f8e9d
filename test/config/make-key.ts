/** A process of the races in sealing-keys.test.ts and audit-keys.test.ts: waits, creates the first key, and prints what it reads. */
import { makeFirstAuditSecret, readAuditSecrets } from '../../src/config/audit-keys.js';
import { makeFirstSealingKey, readSealingKeys } from '../../src/config/sealing-keys.js';

const [folder = '', at = '0', kind = 'sealing'] = process.argv.slice(2);
while (Date.now() < Number(at));
if (kind === 'audit') {
  await makeFirstAuditSecret(folder);
  const secrets = await readAuditSecrets(folder);
  console.log(JSON.stringify(secrets.map(({ id, secret }) => [id, secret.toString('hex')])));
} else {
  await makeFirstSealingKey(folder);
  const keys = await readSealingKeys(folder);
  console.log(JSON.stringify(keys.map(({ id, key }) => [id, key.toString('hex')])));
}
