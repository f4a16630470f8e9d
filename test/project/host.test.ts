/** The test host itself: a real server whose clock moves, that keeps its store over a restart and a crash. */
import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { startHost } from '../support/host/host.js';
import { useHost } from '../support/host/use-host.js';

const DAY = 86_400_000;
const host = useHost();

async function serves(): Promise<string> {
  const answer = await fetch(`${host.issuer}/.well-known/openid-configuration`);
  expect(((await answer.json()) as { issuer: string }).issuer).toBe(host.issuer);
  return answer.headers.get('x-request-id') ?? '';
}

/** When it served by its own clock, as its log says; the line may come a moment after the answer. */
async function servedAt(): Promise<number> {
  const line = new RegExp(`"time":(\\d+).*${await serves()}`);
  while (!line.test(host.logs())) await new Promise((resolve) => setTimeout(resolve, 5));
  return Number(line.exec(host.logs())?.[1]);
}

test('it serves on a store of its own, with an administrator whose password is told', async () => {
  await serves();
  expect(host.administrator.username).toBe('admin');
  expect(host.administrator.password.length).toBeGreaterThan(10);
  expect(host.logs()).toContain('listening');
  expect(host.logs()).not.toContain(host.administrator.password);
});

test('its clock moves when told, and stays ahead over a restart', async () => {
  await host.advance(DAY);
  expect((await servedAt()) - Date.now()).toBeGreaterThan(DAY / 2);
  await host.restart();
  expect((await servedAt()) - Date.now()).toBeGreaterThan(DAY / 2);
});

test('it comes back from a crash', async () => {
  await host.kill();
  await expect(fetch(host.issuer)).rejects.toThrow();
  await host.restart();
  await serves();
});

test('what cannot start says why', async () => {
  await expect(startHost({ env: { GATEHOUSE_LOG_LEVEL: 'loud' } })).rejects.toThrow(
    /GATEHOUSE_LOG_LEVEL must be one of/,
  );
});

test('it leaves nothing behind', async () => {
  const other = await startHost();
  await other.end();
  expect(existsSync(other.keysFolder)).toBe(false);
  await expect(fetch(other.issuer)).rejects.toThrow();
});
