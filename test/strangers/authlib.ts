/** The relying party of authlib_client.py, in a process of its own: one call a line. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

export interface AuthlibClient {
  readonly id: string;
  readonly authentication: 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';
  readonly secret?: string;
  /** A private key, as a JWK. */
  readonly key?: object;
}

export interface Authlib {
  /** @throws Error with what authlib did not like */
  call<T = Record<string, unknown>>(what: string, params?: object): Promise<T>;
  end(): Promise<void>;
}

/** Fetches authlib where it is not there yet: see scripts/authlib.sh. */
export async function authlib(): Promise<Authlib> {
  await promisify(execFile)(join(root, 'scripts/authlib.sh'));
  const child = spawn('python3', [join(import.meta.dirname, 'authlib_client.py')], {
    env: { PATH: process.env['PATH'] ?? '', PYTHONPATH: join(root, '.cache/authlib') },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async call<T>(what: string, params: object = {}): Promise<T> {
      child.stdin.write(`${JSON.stringify({ do: what, ...params })}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error(`authlib ended before it answered "${what}".`);
      const answer = JSON.parse(line.value) as T & { error?: string };
      if (typeof answer.error === 'string') throw new Error(`authlib, at "${what}": ${answer.error}`);
      return answer;
    },
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}
