import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const src = join(import.meta.dirname, '../../src');

test('a type name is declared once, so that one word means one thing', () => {
  const places = new Map<string, string[]>();
  for (const file of globSync('**/*.ts', { cwd: src })) {
    const text = readFileSync(join(src, file), 'utf8');
    for (const [, name = ''] of text.matchAll(
      /^(?:export )?(?:abstract )?(?:interface|type|class|enum) ([A-Z]\w*)/gm,
    )) {
      places.set(name, [...(places.get(name) ?? []), file]);
    }
  }
  expect(places.size).toBeGreaterThan(300);
  expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
});
