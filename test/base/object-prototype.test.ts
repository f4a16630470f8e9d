import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { attributeNameInput } from '../../src/base/text/attribute-name.js';
import { isPrototypeName } from '../../src/base/text/prototype-names.js';

test('names of Object.prototype are known by name, and no others', () => {
  const names = runInNewContext('Object.getOwnPropertyNames(Object.prototype)') as string[];
  expect(names.filter((name) => !isPrototypeName(name))).toEqual([]);
  expect(['proto', 'prototype', 'Constructor', 'to-string', ''].filter(isPrototypeName)).toEqual([]);
});

test.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])('no attribute is called %s', (name) => {
  expect(attributeNameInput.safeParse(name).success).toBe(false);
});

describe('Object.prototype takes no new field', () => {
  test('here, as in every entry', () => {
    const polluted = JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>;
    const target: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(polluted)) target[name] = value;
    expect(Reflect.getPrototypeOf(target)).toBe(Object.prototype);
    expect(target['polluted']).toBeUndefined();
    expect(Reflect.set(Object.prototype, 'polluted', true)).toBe(false);
  });

  test('in the program', async () => {
    const script = 'process.on("exit", () => console.log(Object.isExtensible(Object.prototype), "__proto__" in {}))';
    const args = ['--import', `data:text/javascript,${script}`, 'dist/main.js', 'version'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toMatch(/\nfalse false\n$/);
  });

  test('in every worker thread, before anything else', async () => {
    const writer = await readFile('src/storage/sqlite/writer.ts', 'utf8');
    const [first] = writer.split('\n').filter((line) => !/^(?:import|\/\*\*| \*|\/\/|$)/.test(line));
    expect(first).toBe('Object.preventExtensions(Object.prototype);');
    expect(writer).toContain("Reflect.deleteProperty(Object.prototype, '__proto__');");
  });
});
