import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { refusalsPage } from '../../scripts/refusals-page/refusals-page.js';
import { REASONS } from '../../src/http/refusals/reasons.js';

test('docs/refusals.md is what scripts/refusals-page.ts makes of the reasons', async () => {
  expect(await readFile('docs/refusals.md', 'utf8')).toBe(refusalsPage(REASONS));
});

test('each reason has a cause and a cure of one or two short sentences', () => {
  for (const [reason, { cause, cure }] of Object.entries(REASONS)) {
    expect(reason).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const text of [cause, cure]) {
      expect(text).toMatch(/^[A-Z`].*\.$/);
      for (const sentence of text.split('. ')) expect(sentence.split(' ').length).toBeLessThanOrEqual(25);
    }
  }
});
