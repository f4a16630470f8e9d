/** An administrator tests a connector in a browser: from the link of the command line, over the provider's page, to the page of the test. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { by, changeConnector, ldapRealm } from '../flows/ldap-realm.js';
import { partnerInput } from '../flows/tested-realm.js';
import { violations } from '../support/axe.js';
import { useBrowser } from '../support/browser.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { startUpstream, type Upstream } from '../support/upstream-op.js';

const browser = useBrowser();
const realm = ldapRealm('sqlite');
const host = useInProcessHost({ ...realm, env: { ...realm.env, GATEHOUSE_OUTGOING_ALLOWED: '127.0.0.1' } });
let upstream: Upstream;

beforeAll(async () => {
  upstream = await startUpstream({ redirectUris: [`${host.issuer}/connector/partner/callback`] });
  expect(await host.parts.connectors.create(by, partnerInput(upstream))).toMatchObject({ ok: true });
});
afterAll(() => upstream.stop());

async function link(): Promise<string> {
  const lines: string[] = [];
  const command = readConnectorCommand(['test', 'partner', '--sign-in']);
  await runConnectorCommand(by, command, host.parts, { line: (text) => void lines.push(text) });
  return lines[0] ?? '';
}
async function testedAs(page: Page, login: string): Promise<void> {
  await page.goto(await link());
  await page.locator('[name=login]').fill(login);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Test of Partner Inc.' }).waitFor();
}

let page: Page;
beforeEach(async () => {
  page = await browser.newPerson();
});

test('the page of a test has everything in order, and is readable for everybody', async () => {
  await testedAs(page, 'bea');
  expect(await page.getByRole('status').innerText()).toContain('The sign-in there worked.');
  expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
    'What a sign-in would do',
    'Steps',
    'What the provider told',
    'What the mapping makes of it',
  ]);
  expect(await violations(page)).toEqual([]);
  await browser.screenshot(page, 'connector-test');
  // The address of a page that was shown leads nowhere.
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'There is no test here' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await browser.screenshot(page, 'connector-test-refused');
});

test('a test that failed says what to do', async () => {
  await changeConnector(host, { secret: 'a secret of somebody else' }, 'partner');
  await testedAs(page, 'carl');
  expect(await page.getByRole('alert').innerText()).toContain('Check both, and clientAuthentication.');
  expect(await violations(page)).toEqual([]);
  await browser.screenshot(page, 'connector-test-failed');
});
