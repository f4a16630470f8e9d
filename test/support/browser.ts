/**
 * The system's Chromium for tests: one browser a file, a fresh context (cookies, storage) for each person.
 *
 *     const browser = useBrowser();
 *     test('...', async () => { const page = await browser.newPerson(); ... });
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from './chromium.js';

const root = join(import.meta.dirname, '../..');

export interface TestBrowser {
  /** A page of a context of its own: another person, or the same one on another machine. `javaScript: false` switches scripts off. */
  newPerson(options?: { javaScript?: boolean; locale?: string; timezone?: string }): Promise<Page>;
  /** Keeps a picture as NAME.png, in .cache/screens or, with SCREENS=docs, in docs/screens. */
  screenshot(page: Page, name: string): Promise<void>;
}

/** Opens the browser before the file's first test, closes each context after its test, and the browser at the end. */
export function useBrowser(): TestBrowser {
  let browser: Browser | undefined;
  const open = new Set<BrowserContext>();

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterEach(async () => {
    await Promise.all([...open].map((context) => context.close()));
    open.clear();
  });
  afterAll(async () => {
    await browser?.close();
  });

  return {
    newPerson: async ({ javaScript = true, locale = 'en-GB', timezone } = {}) => {
      if (!browser)
        throw new Error('useBrowser() opens the browser before the first test: call newPerson() inside one.');
      const context = await browser.newContext({
        javaScriptEnabled: javaScript,
        locale,
        ...(timezone !== undefined && { timezoneId: timezone }),
        viewport: { width: 1000, height: 700 },
      });
      open.add(context);
      context.setDefaultTimeout(30_000);
      return context.newPage();
    },
    screenshot: async (page, name) => {
      const file = join(screensFolder(), `${name}.png`);
      await mkdir(dirname(file), { recursive: true });
      await page.screenshot({ path: file, animations: 'disabled', fullPage: true });
    },
  };
}

/** SCREENS=docs takes the pictures of the handbook anew; else they go to .cache/screens, so that a test run changes no file of the tree. */
function screensFolder(): string {
  return join(root, process.env['SCREENS'] === 'docs' ? 'docs/screens' : '.cache/screens');
}
