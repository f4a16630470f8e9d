/** SAML where somebody has an account already, and where an administrator tests a connector: by forms to and from another site. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { by, ldapRealm } from '../flows/ldap-realm.js';
import { made } from '../identity/identity-store.js';
import { violations } from '../support/axe.js';
import { useBrowser } from '../support/browser.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import type { SimpleSamlPhp } from '../support/simplesamlphp.js';
import { addUniversity, OUTGOING, ourMetadata, signInThere, startUniversity } from './saml-university.js';

const OURS = 'a password of ours';
const browser = useBrowser();
const realm = ldapRealm('sqlite');
const host = useInProcessHost({ ...realm, env: { ...realm.env, ...OUTGOING } });
let university: SimpleSamlPhp;

beforeAll(async () => {
  university = await startUniversity('ada', 'ben');
  await addUniversity(host, university, { id: 'uni', connection: { binding: 'post' }, linking: 'ask' });
  university.knows(await ourMetadata(host, 'uni'));
});
afterAll(() => university.stop());

const atUniversity = async (page: Page, login: string): Promise<void> => {
  await page.waitForURL(`${university.url}/**`);
  await signInThere(page, login);
};

test('somebody links their account at the university, and signs in by it', async () => {
  const password = { clear: OURS, generated: false };
  made(await host.parts.users.create(by, { username: 'ada.here', password }));
  const page = await browser.newPerson();
  await page.goto(`${host.issuer}/account/links`);
  await page.locator('[name=identifier]').fill('ada.here');
  await page.locator('[name=password]').fill(OURS);
  await page.locator('button[type=submit]').first().click();
  await page.getByRole('button', { name: 'Connect University uni' }).click();
  await atUniversity(page, 'ada');
  await page.getByRole('status').waitFor();
  expect(await page.getByRole('status').innerText()).toContain('The account is linked.');

  const other = await browser.newPerson();
  await other.goto(`${host.issuer}/account/links`);
  await other.getByRole('link', { name: 'Continue with University uni' }).click();
  await atUniversity(other, 'ada');
  await other.getByText('Signed in as ada.here').waitFor();
});

test('an administrator sees what came, and is not signed in', async () => {
  const lines: string[] = [];
  const command = readConnectorCommand(['test', 'uni', '--sign-in']);
  await runConnectorCommand(by, command, host.parts, { line: (text) => void lines.push(text) });
  const page = await browser.newPerson();
  await page.goto(lines[0] ?? '');
  await atUniversity(page, 'ben');
  await page.getByRole('heading', { level: 1, name: 'Test of University uni' }).waitFor();
  expect(await page.getByRole('status').innerText()).toContain('The sign-in there worked.');
  expect(await page.getByRole('main').innerText()).toContain('ben@uni.test');
  expect(await violations(page)).toEqual([]);
  await browser.screenshot(page, 'connector-test-saml');
  await page.goto(`${host.issuer}/account`);
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Sign in');
});
