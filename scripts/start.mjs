/**
 * What scripts/start runs once all is installed and built: bootstrap, then Gatehouse and the demo application, until Ctrl-C or until one of
 * them ends. Prints what a newcomer needs, a line each; everything else goes to data/start.log.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { readConfig } from '../dist/config/config.js';

const root = join(import.meta.dirname, '..');
const logFile = join(root, 'data/start.log');
const demo = { url: 'http://localhost:3001', ports: [3001, 3002] };
const env = { GATEHOUSE_REALM_FILE: 'examples/realm.yaml', ...process.env };
/** How long the parts get to finish what they are doing when told to end. */
const FAREWELL_MS = 10_000;

const running = new Map();
let ending;

process.on('SIGINT', () => (ending ? killAll() : end(0)));
process.on('SIGTERM', () => end(0));
process.on('SIGHUP', () => end(0));

try {
  await start();
} catch (error) {
  // While ending, what was awaited fails as a matter of course.
  if (!ending) await end(1, error.message);
}

async function start() {
  const { issuer, port, hosts } = readConfig(env);
  await Promise.all([
    mustBeFree(
      port,
      hosts,
      `Stop it, or choose another: GATEHOUSE_ISSUER=http://localhost:${port + 100} ./scripts/start`,
    ),
    ...demo.ports.map((one) =>
      mustBeFree(one, ['127.0.0.1', '::1'], 'The demo application needs it: stop that program.'),
    ),
  ]);
  mkdirSync(join(root, 'data'), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'w', mode: 0o600 });

  process.stdout.write(`Issuer: ${issuer}\n`);
  await bootstrap();
  keepRunning('Gatehouse', ['dist/main.js', 'serve'], log);
  await answering(`http://${hosts[0].includes(':') ? `[${hosts[0]}]` : hosts[0]}:${port}/readyz`, 'Gatehouse');
  keepRunning('The demo application', ['examples/relying-party/start.ts'], log);
  await answering(demo.url, 'The demo application');
  process.stdout.write(`Demo application: ${demo.url}\nCtrl-C ends it. The log is in data/start.log.\n`);
}

/** Prints what it prints: the passwords that it made, once. */
async function bootstrap() {
  const child = run(['dist/main.js', 'bootstrap'], ['ignore', 'inherit', 'inherit', 'ipc']);
  running.set('bootstrap', child);
  const [code] = await once(child, 'exit');
  running.delete('bootstrap');
  if (code !== 0) throw new Error('Bootstrap did not succeed, so nothing was started.');
}

function keepRunning(name, args, log) {
  const child = run(args, ['ignore', 'pipe', 'pipe', 'ipc']);
  running.set(name, child);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  child.once('close', (code, signal) => {
    running.delete(name);
    if (!ending)
      void end(
        1,
        `${name} ended by itself (${signal ?? `code ${code}`}), so the rest is ended too. Its last words:\n${lastWords()}`,
      );
  });
}

/** In a process group of its own: the terminal's Ctrl-C reaches this process alone, which then ends them in order. */
function run(args, stdio) {
  const preload = join(import.meta.dirname, 'with-parent.mjs');
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', preload, ...args], {
    cwd: root,
    env,
    stdio,
    detached: true,
  });
}

async function answering(url, name) {
  const until = Date.now() + 30_000;
  while (Date.now() < until && !ending) {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer && answer.status < 500) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (!ending) throw new Error(`${name} does not answer at ${url}. Its last words:\n${lastWords()}`);
}

async function mustBeFree(port, hosts, cure) {
  for (const host of hosts) {
    const probe = createServer();
    const refusal = await new Promise((resolve) => {
      probe.once('error', resolve);
      probe.listen({ port, host, exclusive: true }, () => resolve(undefined));
    });
    probe.close();
    if (refusal?.code === 'EADDRINUSE') throw new Error(`Port ${port} is taken by another program. ${cure}`);
    if (refusal?.code === 'EACCES') throw new Error(`This user may not listen on port ${port}. ${cure}`);
  }
}

async function end(code, message) {
  if (ending) return ending;
  ending = (async () => {
    if (message) process.stderr.write(`${message}\n`);
    const gone = [...running.values()].map((child) => once(child, 'exit'));
    for (const child of running.values()) child.kill('SIGTERM');
    const late = setTimeout(killAll, FAREWELL_MS);
    await Promise.all(gone);
    clearTimeout(late);
    process.exit(code);
  })();
  return ending;
}

function killAll() {
  for (const child of running.values()) child.kill('SIGKILL');
}

function lastWords() {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
}
