/**
 * The system's Firefox for tests, by WebDriver BiDi: one browser a file, a user context (cookies, storage) for each person.
 * It is where a test asks whether two browsers agree; everything else is told of Chromium, by `browser.ts`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** Where Firefox is; undefined where it could not be had. */
export const findFirefox = (): string | undefined => FIREFOX.find((path) => existsSync(path));

/** A page in a tab of a person's own. Elements are named by CSS selectors, and waited for. */
export interface FirefoxPage {
  open(url: string): Promise<void>;
  type(selector: string, text: string): Promise<void>;
  press(selector: string): Promise<void>;
}

export interface Firefox {
  /** Gives what opens a tab of theirs. */
  newPerson(): Promise<() => Promise<FirefoxPage>>;
  close(): Promise<void>;
}

export async function openFirefox(path: string): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), 'gatehouse-firefox-'));
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'];
  const firefox = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const { send, hangUp } = await connect(`${await addressOf(firefox)}/session`);
  await send('session.new', { capabilities: {} });

  return {
    async newPerson() {
      const { userContext } = await send('browser.createUserContext', {});
      return async () => {
        const { context } = await send('browsingContext.create', { type: 'tab', userContext });
        return pageOf(send, String(context));
      };
    },
    async close() {
      hangUp();
      const ended = new Promise((resolve) => firefox.once('exit', resolve));
      firefox.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

type Send = (method: string, params: object) => Promise<Record<string, unknown>>;

function pageOf(send: Send, context: string): FirefoxPage {
  const act = (id: string, type: 'pointer' | 'key', actions: object[]): Promise<unknown> =>
    send('input.performActions', { context, actions: [{ type, id, actions }] });
  const find = async (selector: string): Promise<unknown> => {
    for (const until = performance.now() + 10_000; performance.now() < until;) {
      const found = await send('browsingContext.locateNodes', { context, locator: { type: 'css', value: selector } });
      const [node] = found['nodes'] as { sharedId: string }[];
      if (node) return { type: 'element', element: { sharedId: node.sharedId } };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`Firefox shows nothing that fits ${selector}.`);
  };
  const press = async (selector: string): Promise<void> => {
    const origin = await find(selector);
    const button = { button: 0 };
    await act('mouse', 'pointer', [
      { type: 'pointerMove', x: 0, y: 0, origin },
      { type: 'pointerDown', ...button },
      { type: 'pointerUp', ...button },
    ]);
  };
  return {
    press,
    async open(url) {
      await send('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    async type(selector, text) {
      await press(selector);
      const keys = [...text].flatMap((value) => ['keyDown', 'keyUp'].map((type) => ({ type, value })));
      await act('keyboard', 'key', keys);
    },
  };
}

function addressOf(firefox: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    firefox.stderr?.on('data', (text: Buffer) => {
      said += text.toString();
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    firefox.once('exit', () => reject(new Error(`Firefox ended: ${said}`)));
  });
}

async function connect(address: string): Promise<{ readonly send: Send; readonly hangUp: () => void }> {
  const socket = new WebSocket(address);
  await new Promise<unknown>((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`Firefox does not answer at ${address}.`)));
  });
  let last = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  return {
    hangUp: () => socket.close(),
    send: async (method, params) => {
      const id = ++last;
      const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
      socket.send(JSON.stringify({ id, method, params }));
      const { result, message } = await answered;
      if (!result) throw new Error(`Firefox did not take ${method}: ${message}`);
      return result;
    },
  };
}

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly message?: string;
}
