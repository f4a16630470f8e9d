import { expect, test } from '@jest/globals';
import { LOCALES } from '../../src/base/locale.js';
import { everyPage, pageFiles, sampleFiles, surroundings } from './every-page.js';
import { texts } from '../../views/locales/texts.js';
import { watched } from './watched-texts.js';

test('every page has samples in test/views/samples, under its own name', async () => {
  expect(await sampleFiles()).toEqual(await pageFiles());
});

test.each(LOCALES)('every text of %s is on some page', async (locale) => {
  const { proxy, unread } = watched(texts[locale]);
  await everyPage({ ...surroundings(locale), texts: proxy });
  expect(unread()).toEqual([]);
});

test('every page says its language, is framed by one main part with one heading, and holds no script but our file', async () => {
  for (const { name, locale, html } of await everyPage()) {
    expect([name, html]).toEqual([name, expect.stringContaining(`<html lang="${locale}" dir="ltr">`)]);
    expect([name, html.match(/<h1>/g)?.length, html.match(/<main/g)?.length]).toEqual([name, 1, 1]);
    const ours = /<script defer src="\/assets\/enhancements\.[0-9a-f]{16}\.js"><\/script>/;
    expect([name, /<script|<style|style=|\son\w+=|javascript:/i.test(html.replace(ours, ''))]).toEqual([name, false]);
  }
});

test('every form has the token against forgery', async () => {
  for (const { name, html } of await everyPage()) {
    for (const form of html.match(/<form.*?<\/form>/gs) ?? []) {
      const token = / name="(?:csrf|xsrf)" value="[^"]+"/;
      // Another site does not get one.
      const isElsewhere = / action="https:/.test(form);
      expect([name, token.test(form)]).toEqual([name, !isElsewhere]);
    }
  }
});
