/**
 * Every page of ours in every state (test/views/samples), as people meet it: heard, narrow, enlarged, in the dark, by keyboard.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { type Asset, enhancements, mark, styles } from '../../views/assets.js';
import { listening, type Listening } from '../http/listening.js';
import { violations } from '../support/axe.js';
import { useBrowser } from '../support/browser.js';
import { everyPage, type Rendered } from '../views/every-page.js';

const browser = useBrowser();
const pages = await everyPage();
const inEnglish = pages.filter(({ locale }) => locale === 'en');
/** For states that differ only in text, the first one. */
const shapeOf = ({ html }: Rendered): string => html.replace(/>[^<]+</g, '><').replace(/value="[^"]*"/g, '');
const shapes = pages.filter((one, i) => pages.findIndex((other) => shapeOf(other) === shapeOf(one)) === i);
const englishShapes = shapes.filter(({ locale }) => locale === 'en');
const assets = new Map<string, Asset>([styles, enhancements, mark].map((asset) => [`/assets/${asset.name}`, asset]));

function batches<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, i) => all.slice(i * most, (i + 1) * most));
}

let server: Listening;
beforeAll(async () => {
  server = await listening((req, res) => {
    const asset = assets.get(req.url ?? '');
    res.setHeader('Content-Type', asset?.type ?? 'text/html; charset=utf-8');
    if (asset) res.setHeader('Cache-Control', 'max-age=3600');
    // A page that leads on by itself would be gone before anybody looks at it.
    const leadsOn = /<meta http-equiv="refresh"[^>]*>| data-send(?:="")?(?=[ >])/g;
    res.end(asset?.body ?? pages[Number(req.url?.slice(1))]?.html.replaceAll(leadsOn, ''));
  });
});
afterAll(() => server.close());

async function open(page: Page, shown: Rendered): Promise<void> {
  await page.goto(`http://127.0.0.1:${server.port}/${pages.indexOf(shown)}`);
  // The browser sets the first focus when it has drawn the page.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

/** The faults of each page, by name. */
async function faults(shown: readonly Rendered[], look: (page: Page) => Promise<readonly string[]>, by?: Page) {
  const page = by ?? (await browser.newPerson());
  const found: Record<string, readonly string[]> = {};
  for (const each of shown) {
    await open(page, each);
    const wrong = await look(page);
    if (wrong.length > 0) found[each.name] = wrong;
  }
  return found;
}

// A few pages a test: all of them at once take minutes on a slow machine.
const someAtATime = (shown: readonly Rendered[], most: number) =>
  batches(shown, most).map((some) => [some[0]?.name, some] as const);

test.each(someAtATime(shapes, 25))('axe finds nothing on the pages from %s on', async (_first, some) => {
  expect(await faults(some, (page) => violations(page))).toEqual({});
});

test.each(someAtATime(englishShapes, 50))(
  'everything stands out enough in the dark from %s on',
  async (_first, some) => {
    const page = await browser.newPerson();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await faults(some, () => violations(page, 'color-contrast'), page)).toEqual({});
  },
);

const WIDTHS = [
  { width: 320, size: '100%' },
  { width: 640, size: '200%' },
];

test.each(someAtATime(pages, 100))(
  'none of the pages from %s on is wider than a narrow screen, nor than one where the text is twice as large',
  async (_first, all) => {
    const page = await browser.newPerson();
    const wide: string[] = [];
    // In frames side by side: a frame has the width that its page sees, and loads in a tenth of the time.
    for (const some of batches(all, 10)) {
      await page.goto(`http://127.0.0.1:${server.port}/frames`);
      wide.push(
        ...(await page.evaluate(
          ([shown, widths]) =>
            Promise.all(
              shown.map(async ({ at, name }) => {
                const frame = document.createElement('iframe');
                frame.style.cssText = 'border: 0; height: 640px';
                frame.src = `/${at}`;
                await new Promise((loaded) => {
                  frame.addEventListener('load', loaded);
                  document.body.append(frame);
                });
                const root = frame.contentDocument?.documentElement;
                if (!root) throw new Error(`no page ${name}`);
                return widths.flatMap(({ width, size }) => {
                  frame.style.width = `${width}px`;
                  root.style.setProperty('font-size', size);
                  return root.scrollWidth > width ? [`${name}: ${root.scrollWidth} of ${width} pixels at ${size}`] : [];
                });
              }),
            ).then((found) => found.flat()),
          [some.map((each) => ({ at: pages.indexOf(each), name: each.name })), WIDTHS] as const,
        )),
      );
    }
    expect(wide).toEqual([]);
  },
);

test('a page with an error opens at the error, or at the field that it is about', async () => {
  const failed = inEnglish.filter(({ html }) => html.includes('class="error"'));
  expect(failed.length).toBeGreaterThan(10);
  const look = (page: Page) =>
    page.evaluate(() => {
      const at = document.activeElement;
      const describedBy = at?.getAttribute('aria-describedby')?.split(' ') ?? [];
      const isItsOwn = describedBy.some((id) => document.getElementById(id)?.className === 'fault');
      const isAnnounced =
        at?.id === 'error' ||
        (at?.getAttribute('aria-invalid') === 'true' && (describedBy.includes('error') || isItsOwn));
      return isAnnounced && document.title.startsWith('Error: ') ? [] : [`${at?.outerHTML ?? ''} in ${document.title}`];
    });
  expect(await faults(failed, look)).toEqual({});
});

test('the keyboard comes to everything, in the order that it is read, and shows where it is', async () => {
  const page = await browser.newPerson();
  const look = async (): Promise<string[]> => {
    const wanted = await page.evaluate(() => {
      const all = [...document.querySelectorAll<HTMLElement>('a[href], button, input:not([type=hidden]), textarea')];
      const reachable = all.filter((one) => one.offsetParent !== null);
      reachable.forEach((one, i) => (one.dataset['order'] = String(i)));
      const start = document.createElement('button');
      document.body.prepend(start);
      start.focus();
      return reachable.length;
    });
    const wrong: string[] = [];
    for (let i = 0; i < wanted; i++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const active = document.activeElement as HTMLElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(active);
        return { order: active.dataset['order'], outline: `${outlineStyle} ${outlineWidth}`, html: active.outerHTML };
      });
      if (at.order !== String(i)) wrong.push(`instead of the ${i}th: ${at.html}`);
      if (at.outline !== 'solid 3px') wrong.push(`no outline around ${at.html}`);
    }
    return wrong;
  };
  expect(await faults(englishShapes, look, page)).toEqual({});
});

test('with forced colours, everything that can be pressed or typed in has an assignment', async () => {
  const page = await browser.newPerson();
  await page.emulateMedia({ forcedColors: 'active' });
  const look = () =>
    page.evaluate(() =>
      [
        ...document.querySelectorAll<HTMLElement>(
          'button, input:not([type=hidden]):not([type=checkbox]), textarea, .error, .note',
        ),
      ]
        .filter((one) => one.offsetParent !== null && getComputedStyle(one).borderStyle !== 'solid')
        .map((one) => one.outerHTML),
    );
  expect(await faults(englishShapes, look, page)).toEqual({});
});

describe('what scripts add', () => {
  const shown = (name: string): Rendered => {
    const found = inEnglish.find((one) => one.name.startsWith(name));
    if (!found) throw new Error(`There is no sample ${name}`);
    return found;
  };

  test('a button that shows a password, says whether it does, and hides it again before it is sent', async () => {
    const page = await browser.newPerson();
    await open(page, shown('sign-in: empty'));
    const field = page.getByLabel('Password');
    await field.fill('typed');
    const button = page.getByRole('button', { name: 'Show password' });
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    await button.click();
    expect([await field.getAttribute('type'), await button.getAttribute('aria-pressed')]).toEqual(['text', 'true']);
    await button.click();
    expect([await field.getAttribute('type'), await button.getAttribute('aria-pressed')]).toEqual([
      'password',
      'false',
    ]);
    await button.click();
    await page.evaluate(() => document.forms[0]?.addEventListener('submit', (event) => event.preventDefault()));
    await page.getByLabel('Username or e-mail').fill('alice');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await field.getAttribute('type')).toBe('password');
  });

  test('every field for a password has one, and none without scripts', async () => {
    const samples = ['sign-in: empty', 'change-password: empty', 'userstore-password: empty', 'account-password:'].map(
      shown,
    );
    const page = await browser.newPerson();
    const plain = await browser.newPerson({ javaScript: false });
    for (const each of samples) {
      await page.goto(`http://127.0.0.1:${server.port}/${pages.indexOf(each)}`);
      const fields = await page.locator('input[type=password]').count();
      expect([each.name, await page.getByText('Show password').count()]).toEqual([each.name, fields]);
      await plain.goto(`http://127.0.0.1:${server.port}/${pages.indexOf(each)}`);
      expect([each.name, await plain.getByText('Show password').count()]).toEqual([each.name, 0]);
    }
  });

  test('recovery codes are copied, and downloaded without any request, with scripts and without', async () => {
    const sample = shown('recovery-codes:');
    const codes = Array.from({ length: 10 }, (_, i) => `0123-4567-89ab-cde${i}`);
    const page = await browser.newPerson();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await open(page, sample);
    await page.getByRole('button', { name: 'Copy all codes' }).click();
    await page.getByRole('status').getByText('Copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(codes.join('\n'));
    for (const who of [page, await browser.newPerson({ javaScript: false })]) {
      await who.goto(`http://127.0.0.1:${server.port}/${pages.indexOf(sample)}`);
      const requests: string[] = [];
      who.on('request', (request) => requests.push(request.url()));
      const [file] = await Promise.all([
        who.waitForEvent('download'),
        who.getByRole('link', { name: 'Download as a text file' }).click(),
      ]);
      expect(file.suggestedFilename()).toBe('recovery-codes.txt');
      const text = await readFile(await file.path(), 'utf8');
      expect(text.split('\r\n')).toEqual(['Recovery codes for Acme & Sons. Each works once.', '', ...codes, '']);
      // The page's icon may be asked for at any time.
      expect(requests.filter((url) => !/^data:|\/assets\//.test(url))).toEqual([]);
    }
  });

  test('times are in the zone of the browser where the person named none', async () => {
    const sample = shown('account-sessions: this one alone');
    const page = await browser.newPerson({ timezone: 'Asia/Tokyo' });
    await open(page, sample);
    expect(await page.locator('time').first().innerText()).toMatch(/Nov 2, 2026, 5:00.PM/);
    const plain = await browser.newPerson({ javaScript: false, timezone: 'Asia/Tokyo' });
    await plain.goto(`http://127.0.0.1:${server.port}/${pages.indexOf(sample)}`);
    expect(await plain.locator('time').first().innerText()).toMatch(/8:00.AM UTC/);
    await page.goto(`http://127.0.0.1:${server.port}/${pages.indexOf(shown('account-sessions: several'))}`);
    expect(await page.locator('time').first().innerText()).toMatch(/9:00.AM/);
  });
});
