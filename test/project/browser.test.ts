/** The browser helper itself: real Chromium, fresh contexts, pictures. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { useBrowser } from '../support/browser.js';

const browser = useBrowser();

test('a person starts with no cookie of another', async () => {
  const person = await browser.newPerson();
  await person.context().addCookies([{ name: 'a', value: 'b', url: 'http://localhost' }]);
  const other = await browser.newPerson();
  expect(await other.context().cookies()).toEqual([]);
});

test('scripts can be switched off, and a picture is kept', async () => {
  const page = await browser.newPerson({ javaScript: false });
  await page.setContent('<p id="p">as it came</p><script>p.textContent = "changed"</script>');
  expect(await page.textContent('#p')).toBe('as it came');
  await browser.screenshot(page, 'browser-test');
  expect((await stat(join(import.meta.dirname, '../../.cache/screens/browser-test.png'))).size).toBeGreaterThan(500);
});
