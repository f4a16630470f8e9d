/**
 * Node programs that live and die together: ends all when this process is told to end, when one of them ends by itself, and (see
 * with-parent.mjs) when this process is killed. What they say goes to one log file.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How long they get to finish what they are doing when told to end. */
const FAREWELL_MS = 10_000;
/** How long one may take until it answers. */
const PATIENCE_MS = 30_000;

const preload = join(import.meta.dirname, 'with-parent.mjs');

/** Takes over SIGINT, SIGTERM and SIGHUP of this process: the first ends everything in order, a second SIGINT at once. */
export function together({ cwd, env, logFile }) {
  const log = createWriteStream(logFile, { flags: 'w', mode: 0o600 });
  const running = new Set();
  let ending;

  process.on('SIGINT', () => (ending ? killAll() : end(0)));
  process.on('SIGTERM', () => end(0));
  process.on('SIGHUP', () => end(0));

  /** In a process group of its own: the terminal's Ctrl-C reaches this process alone, which then ends them in order. */
  const run = (args, stdio) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', preload, ...args], {
      cwd,
      env,
      stdio: ['ignore', stdio, stdio, 'ipc'],
      detached: true,
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };

  /** Runs a command to its end and lets it speak. @throws {Error} when it fails */
  const first = async (name, args) => {
    const [code] = await once(run(args, 'inherit'), 'exit');
    if (code !== 0) throw new Error(`${name} did not succeed, so nothing was started.`);
  };

  /**
   * Starts a program that is to run on, and resolves once it answers over HTTP at `url`, or by a function of its own that returns whether it
   * does. @throws {Error} with its last words when it does not
   */
  const keep = async (name, args, url, answers = () => answersOverHttp(url)) => {
    const child = run(args, 'pipe');
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once('close', async (code, signal) => {
      await written();
      void end(
        1,
        `${name} ended by itself (${signal ?? `code ${code}`}), so the rest ends too. Its last words:\n${lastWords()}`,
      );
    });
    const until = Date.now() + PATIENCE_MS;
    while (Date.now() < until && !ending) {
      if (await answers()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (!ending) throw new Error(`${name} does not answer at ${url}. The last words:\n${lastWords()}`);
    await ending;
  };

  const answersOverHttp = async (url) => {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    return answer !== undefined && answer.status < 500;
  };

  /** Ends all of them, then this process with `code`. The first call decides. */
  const end = (code, message) => {
    ending ??= (async () => {
      if (message) process.stderr.write(`${message}\n`);
      const gone = [...running].map((child) => once(child, 'exit'));
      for (const child of running) child.kill('SIGTERM');
      setTimeout(killAll, FAREWELL_MS).unref();
      await Promise.all(gone);
      process.exit(code);
    })();
    return ending;
  };

  const killAll = () => {
    for (const child of running) child.kill('SIGKILL');
  };
  /** What was said last may be on its way to the file. */
  const written = () => new Promise((resolve) => log.write('', resolve));
  const lastWords = () => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-12).join('\n');

  return { first, keep, end };
}
