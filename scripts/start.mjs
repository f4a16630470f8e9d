/**
 * What scripts/start runs once all is installed and built: bootstrap, then Gatehouse and the demo application, until Ctrl-C. Prints what a
 * newcomer needs, a line each; everything else goes to data/start.log.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfig } from '../dist/config/config.js';
import { mustBeFree } from './must-be-free.mjs';
import { together } from './together.mjs';

const root = join(import.meta.dirname, '..');
const logFile = 'data/start.log';
/** As examples/realm.yaml knows it. */
const DEMO_PORT = '3001';
const { GATEHOUSE_PORT: movedTo, DEMO_PORT: demoPort = DEMO_PORT, DEMO_API_PORT: apiPort = '3002' } = process.env;
const demo = { url: `http://localhost:${demoPort}`, ports: [demoPort, apiPort].map(portOf) };
const realmFile = demoPort === DEMO_PORT ? 'examples/realm.yaml' : 'data/demo-realm.yaml';
const env = {
  GATEHOUSE_REALM_FILE: realmFile,
  // Whoever moves only the port means this machine.
  ...(movedTo && { GATEHOUSE_ISSUER: `http://localhost:${movedTo}` }),
  ...process.env,
};

try {
  const { issuer, port, hosts, keysFolder } = readConfig(env);
  const elsewhere = `Stop it, or choose another: GATEHOUSE_PORT=${port + 100} ./scripts/start`;
  await mustBeFree(port, hosts, elsewhere);
  for (const one of demo.ports)
    await mustBeFree(
      one,
      ['127.0.0.1', '::1'],
      'The demo application needs it. Stop that program, or choose others: DEMO_PORT=3101 DEMO_API_PORT=3102 ./scripts/start',
    );

  mkdirSync(join(root, 'data'), { recursive: true, mode: 0o700 });
  if (demoPort !== DEMO_PORT) {
    const realm = readFileSync(join(root, 'examples/realm.yaml'), 'utf8');
    writeFileSync(join(root, realmFile), realm.replaceAll(`http://localhost:${DEMO_PORT}/`, `${demo.url}/`));
  }
  const programs = together({
    cwd: root,
    env: { ...env, DEMO_ISSUER: issuer, DEMO_API_SECRET_FILE: resolve(root, keysFolder, 'secrets/orders-api') },
    logFile: join(root, logFile),
  });
  try {
    process.stdout.write(`Issuer: ${issuer}\n`);
    await programs.first('Bootstrap', ['dist/main.js', 'bootstrap', '--yes']);
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

function portOf(text) {
  const port = Number(text);
  if (/^[1-9]\d{0,4}$/.test(text) && port <= 65535) return port;
  process.stderr.write(
    `DEMO_PORT and DEMO_API_PORT must be port numbers from 1 to 65535; one is ${JSON.stringify(text)}.\n`,
  );
  process.exit(1);
}
