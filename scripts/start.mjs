/**
 * What scripts/start runs once all is installed and built: bootstrap, then Gatehouse and the demo application, until Ctrl-C. Prints what a
 * newcomer needs, a line each; everything else goes to data/start.log.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfig } from '../dist/config/config.js';
import { mustBeFree } from './must-be-free.mjs';
import { together } from './together.mjs';

const root = join(import.meta.dirname, '..');
const logFile = 'data/start.log';
/** As examples/realm.yaml knows it. */
const demo = { url: 'http://localhost:3001', ports: [3001, 3002] };
const env = { GATEHOUSE_REALM_FILE: 'examples/realm.yaml', ...process.env };

try {
  const { issuer, port, hosts, keysFolder } = readConfig(env);
  const elsewhere = `Stop it, or choose another: GATEHOUSE_ISSUER=http://localhost:${port + 100} ./scripts/start`;
  await mustBeFree(port, hosts, elsewhere);
  for (const one of demo.ports)
    await mustBeFree(one, ['127.0.0.1', '::1'], 'The demo application needs it: stop that program first.');

  mkdirSync(join(root, 'data'), { recursive: true, mode: 0o700 });
  const programs = together({
    cwd: root,
    env: { ...env, DEMO_ISSUER: issuer, DEMO_API_SECRET_FILE: resolve(root, keysFolder, 'secrets/orders-api') },
    logFile: join(root, logFile),
  });
  try {
    process.stdout.write(`Issuer: ${issuer}\n`);
    await programs.first('Bootstrap', ['dist/main.js', 'bootstrap']);
    const host = hosts[0].includes(':') ? `[${hosts[0]}]` : hosts[0];
    await programs.keep('Gatehouse', ['dist/main.js', 'serve'], `http://${host}:${port}/readyz`);
    await programs.keep('The demo application', ['examples/relying-party/start.ts'], demo.url);
    process.stdout.write(`Demo application: ${demo.url}\nCtrl-C ends it. The log is in ${logFile}.\n`);
  } catch (error) {
    await programs.end(1, error.message);
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
