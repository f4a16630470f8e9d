/** examples/federation: one command starts a directory beside Gatehouse, and people of both sign in at the demo application. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { useBrowser } from '../support/browser.js';
import { freePort } from '../support/host/free-port.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const browser = useBrowser();
const ports: number[] = [];
let temporary: string;
let starter: ChildProcess;
let output = '';

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'gatehouse-example-'));
  for (let at = 0; at < 4; at++) ports.push(await freePort());
  const [gatehouse, demo, api, directory] = ports.map(String);
  starter = spawn(join(root, 'examples/federation/start'), [], {
    env: {
      ...{ PATH: process.env['PATH'], TMPDIR: temporary, GATEHOUSE_PORT: gatehouse },
      ...{ DEMO_PORT: demo, DEMO_API_PORT: api, DIRECTORY_PORT: directory },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await new Promise<void>((resolve) => {
    const take = (text: Buffer): void => {
      output += String(text);
      if (output.includes('Ctrl-C ends it')) resolve();
    };
    for (const stream of [starter.stdout, starter.stderr]) stream?.on('data', take);
    starter.once('exit', () => resolve());
  });
  expect(output).toContain('Ctrl-C ends it');
}, 60_000);
afterAll(async () => {
  if (starter.exitCode === null && starter.signalCode === null) {
    const gone = once(starter, 'exit');
    starter.kill('SIGINT');
    await gone;
  }
  await rm(temporary, { recursive: true, force: true });
});

async function signIn(page: Page, name: string, password: string): Promise<void> {
  const demo = `http://localhost:${ports[1]}/`;
  await page.goto(demo);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('Username or e-mail').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  // Whoever consented before is not asked again.
  const allow = page.getByRole('button', { name: 'Allow' });
  await allow.or(page.locator('#name')).first().waitFor();
  if (await allow.isVisible()) await allow.click();
  await page.waitForURL(demo);
}
/** Runs a command of `gatehouse` beside the server of the example. */
async function command(...argv: readonly string[]): Promise<string> {
  const folder = (await readdir(temporary)).find((name) => name.startsWith('gatehouse-federation-')) ?? '';
  const at = (name: string): string => join(temporary, folder, name);
  const { stdout } = await run(process.execPath, [join(root, 'dist/main.js'), ...argv], {
    env: {
      ...{ PATH: process.env['PATH'], GATEHOUSE_ISSUER: `http://localhost:${ports[0]}` },
      ...{ GATEHOUSE_STORE: `sqlite:${at('gatehouse.db')}`, GATEHOUSE_KEYS: at('keys') },
    },
  });
  return stdout;
}
const passwordOf = (name: string): string =>
  new RegExp(`^(?:Password of ${name}:|  ${name}) +(\\S+)`, 'm').exec(output)?.[1] ?? '';

test('a person whose password is at Gatehouse signs in', async () => {
  const page = await browser.newPerson();
  await signIn(page, 'alice', passwordOf('alice'));
  expect(await page.locator('#name').textContent()).toBe('Alice Appleby');
  expect(await page.locator('#permissions').innerText()).toBe('orders:read');
});

test('a person of the directory signs in by the same form, with the roles that their groups lead to', async () => {
  const page = await browser.newPerson();
  await signIn(page, 'anna@corp.example', passwordOf('anna'));
  expect(await page.locator('#name').textContent()).toBe('Anna Arnold');
  expect(await page.locator('#groups').innerText()).toContain('staff');
  expect(await page.locator('#permissions').innerText()).toContain('orders:write');
});

test('a person in fewer groups has fewer permissions', async () => {
  const page = await browser.newPerson();
  await signIn(page, 'corp/dirk', passwordOf('dirk'));
  expect(await page.locator('#permissions').innerText()).toBe('orders:read');
});

test('the same person, once linked, is one user by either password, with the roles of both', async () => {
  const seen = async (name: string, password: string) => {
    const page = await browser.newPerson();
    await signIn(page, name, password);
    return {
      sub: /"sub": "([^"]+)"/.exec(await page.locator('details').first().innerText())?.[1],
      name: await page.locator('#name').textContent(),
      roles: (await page.locator('#roles').innerText()).split('\n').toSorted(),
      permissions: (await page.locator('#permissions').innerText()).split('\n').toSorted(),
    };
  };
  const before = await seen('alice', passwordOf('alice'));
  expect(before).toMatchObject({ name: 'Alice Appleby', roles: ['reader'], permissions: ['orders:read'] });
  const explained = JSON.parse(await command('connector', 'explain', 'corp', 'carla', '--json')) as {
    readonly identity: { readonly subject: string };
  };
  const { subject } = explained.identity;
  expect(await command('user', 'link', 'alice', '--connector', 'corp', '--subject', subject)).toContain(subject);
  const both = { ...before, roles: ['reader', 'seller'], permissions: ['orders:read', 'orders:write'] };
  expect(await seen('corp/carla', passwordOf('carla'))).toEqual(both);
  expect(await seen('alice', passwordOf('alice'))).toEqual(both);
});

test('Ctrl-C ends all of it and removes its folder', async () => {
  const gone = once(starter, 'exit');
  starter.kill('SIGINT');
  expect(await gone).toEqual([0, null]);
  expect(await Promise.all(ports.map(isOpen))).toEqual([false, false, false, false]);
  expect(existsSync(temporary) && (await readdir(temporary)).filter((name) => name.includes('federation'))).toEqual([]);
});

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: 'localhost' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
