/**
 * examples/federation: one command starts a directory and another company's identity provider beside Gatehouse, and people of all three sign in
 * at the demo application.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { useBrowser } from '../support/browser.js';
import { freePort } from '../support/host/free-port.js';
import { temporaryPlace, type TemporaryPlace } from '../support/host/temporary-place.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const browser = useBrowser();
const PASSWORD_LEVEL = 'urn:gatehouse:acr:password';

describe.each(['sqlite', 'mongodb'] as const)('the example of federation on %s', (kind) => {
  const ports: number[] = [];
  let temporary: string;
  let place: TemporaryPlace | undefined;
  let starter: ChildProcess;
  let output = '';

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'gatehouse-example-'));
    place = kind === 'mongodb' ? await temporaryPlace(kind) : undefined;
    for (let at = 0; at < 6; at++) ports.push(await freePort());
    const [gatehouse, demo, api, directory, provider, saml] = ports.map(String);
    starter = spawn(join(root, 'examples/federation/start'), [], {
      env: {
        ...{ PATH: process.env['PATH'], TMPDIR: temporary, GATEHOUSE_PORT: gatehouse, DEMO_PORT: demo },
        ...{ DEMO_API_PORT: api, DIRECTORY_PORT: directory, PROVIDER_PORT: provider, SAML_PORT: saml },
        ...(place && { EXAMPLE_STORE: place.storeAddress }),
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
    await place?.remove();
  });

  const demo = (): string => `http://localhost:${ports[1]}/`;
  const passwordOf = (name: string): string =>
    new RegExp(`^(?:Password of ${name}:|  ${name}) +(\\S+)`, 'm').exec(output)?.[1] ?? '';

  async function begin(page: Page): Promise<void> {
    await page.goto(demo());
    await page.getByRole('link', { name: 'Sign in' }).click();
  }
  async function type(page: Page, name: string): Promise<void> {
    await page.getByLabel('Username or e-mail').fill(name);
    await page.getByLabel('Password').fill(passwordOf(name.replaceAll(/^corp\/|@.*$/g, '')));
  }
  async function signIn(page: Page, name: string): Promise<void> {
    await begin(page);
    await type(page, name);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await arrive(page);
  }
  /** @param login at the other company */
  async function signInElsewhere(page: Page, login: string): Promise<void> {
    await begin(page);
    await page.getByRole('link', { name: 'Continue with Partner Inc.' }).click();
    await page.getByLabel('Login').fill(login);
    await page.getByLabel('Password at Partner Inc.').fill(passwordOf(login));
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  /** @param login at the university, by SAML */
  async function signInAtUniversity(page: Page, login: string): Promise<void> {
    await begin(page);
    await page.getByRole('link', { name: 'Continue with Example University' }).click();
    await page.locator('#username').fill(login);
    await page.locator('#password').fill(passwordOf(login));
    await page.locator('button[type=submit], #regularsubmit button').first().click();
  }
  async function arrive(page: Page): Promise<void> {
    // Whoever consented before is not asked again.
    const allow = page.getByRole('button', { name: 'Allow' });
    await allow.or(page.locator('#name')).first().waitFor();
    if (await allow.isVisible()) await allow.click();
    await page.waitForURL(demo());
  }
  /** What the demo application shows of who signed in. */
  async function shown(page: Page) {
    const list = async (id: string) => (await page.locator(id).innerText()).split('\n').toSorted();
    const claims = JSON.parse(await page.locator('details').first().locator('pre').last().innerText()) as object;
    const name = await page.locator('#name').textContent();
    return { claims, name, roles: await list('#roles'), permissions: await list('#permissions') };
  }
  /** Runs a command of `gatehouse` beside the server of the example. */
  async function command(...argv: readonly string[]): Promise<string> {
    const folder = (await readdir(temporary)).find((name) => name.startsWith('gatehouse-federation-')) ?? '';
    const at = (name: string): string => join(temporary, folder, name);
    const { stdout } = await run(process.execPath, [join(root, 'dist/main.js'), ...argv], {
      env: {
        ...{ PATH: process.env['PATH'], GATEHOUSE_ISSUER: `http://localhost:${ports[0]}` },
        ...{ GATEHOUSE_STORE: place?.storeAddress ?? `sqlite:${at('gatehouse.db')}`, GATEHOUSE_KEYS: at('keys') },
      },
    });
    return stdout;
  }

  test('a person whose password is at Gatehouse signs in', async () => {
    const page = await browser.newPerson();
    await signIn(page, 'alice');
    expect(await shown(page)).toMatchObject({ name: 'Alice Appleby', permissions: ['orders:read'] });
  });

  test('a person of the directory signs in by the same form, with the roles that their groups lead to', async () => {
    const page = await browser.newPerson();
    await signIn(page, 'anna@corp.example');
    expect(await page.locator('#groups').innerText()).toContain('staff');
    expect(await shown(page)).toMatchObject({ name: 'Anna Arnold', permissions: ['orders:read', 'orders:write'] });
  });

  test('a person in fewer groups has fewer permissions', async () => {
    const page = await browser.newPerson();
    await signIn(page, 'corp/dirk');
    expect(await shown(page)).toMatchObject({ permissions: ['orders:read'] });
  });

  test('a person of the other company signs in there, and gets an account with the role of their group', async () => {
    const page = await browser.newPerson();
    await signInElsewhere(page, 'bea');
    await page.getByRole('button', { name: 'Create a new account' }).click();
    await arrive(page);
    const claims = { idp: 'partner', amr: ['fed'], acr: PASSWORD_LEVEL };
    expect(await shown(page)).toMatchObject({ name: 'Bea Brook', roles: ['seller'], claims });
  });

  test('the same person, once linked, is one user by password, directory, OpenID provider and SAML, with the roles of all', async () => {
    const page = await browser.newPerson();
    await signIn(page, 'alice');
    const before = await shown(page);
    expect(before).toMatchObject({ roles: ['reader'], permissions: ['orders:read'] });
    // The directory by an administrator, the provider by the person.
    const explained = JSON.parse(await command('connector', 'explain', 'corp', 'carla', '--json')) as {
      readonly identity: { readonly subject: string };
    };
    const { subject } = explained.identity;
    expect(await command('user', 'link', 'alice', '--connector', 'corp', '--subject', subject)).toContain(subject);
    const other = await browser.newPerson();
    await signInElsewhere(other, 'ned');
    await type(other, 'alice');
    await other.getByRole('button', { name: 'Sign in and link' }).click();
    await arrive(other);
    const student = await browser.newPerson();
    await signInAtUniversity(student, 'sam');
    await type(student, 'alice');
    await student.getByRole('button', { name: 'Sign in and link' }).click();
    await arrive(student);

    const ways = {
      // First, so that its groups are known.
      directory: (each: Page) => signIn(each, 'corp/carla'),
      provider: (each: Page) => signInElsewhere(each, 'ned').then(() => arrive(each)),
      university: (each: Page) => signInAtUniversity(each, 'sam').then(() => arrive(each)),
      password: (each: Page) => signIn(each, 'alice'),
    };
    const seen: Record<string, unknown> = {};
    for (const [way, enter] of Object.entries(ways)) {
      const each = await browser.newPerson();
      await enter(each);
      seen[way] = await shown(each);
    }
    const { sub } = before.claims as { readonly sub: string };
    const both = { roles: ['reader', 'seller'], permissions: ['orders:read', 'orders:write'] };
    const by = (idp: string, amr: string) => ({ ...both, claims: { sub, idp, amr: [amr], acr: PASSWORD_LEVEL } });
    expect(seen).toMatchObject({
      directory: by('corp', 'pwd'),
      provider: by('partner', 'fed'),
      university: by('university', 'fed'),
      password: by('primary', 'pwd'),
    });
  });

  test('whoever signs out at the application is signed out at the university, too', async () => {
    const page = await browser.newPerson();
    await signInAtUniversity(page, 'sam');
    await arrive(page);
    await page
      .getByRole('button', { name: 'Sign out' })
      .or(page.getByRole('link', { name: 'Sign out' }))
      .first()
      .click();
    const question = page.getByRole('heading', { name: 'Sign out?' });
    await question
      .or(page.getByRole('link', { name: 'Sign in' }))
      .first()
      .waitFor();
    if (await question.isVisible()) await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(demo());
    await begin(page);
    await page.getByRole('link', { name: 'Continue with Example University' }).click();
    await page.locator('#password').waitFor();
  });

  test('Ctrl-C ends all of it and removes its folder', async () => {
    const gone = once(starter, 'exit');
    starter.kill('SIGINT');
    expect(await gone).toEqual([0, null]);
    expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => false));
    expect(existsSync(temporary) && (await readdir(temporary)).filter((name) => name.includes('federation'))).toEqual(
      [],
    );
  });
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
