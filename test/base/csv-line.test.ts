import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boundedLines } from '../../src/base/text/bounded-lines.js';
import { csvFields } from '../../src/base/text/csv-line.js';

async function linesOf(chunks: AsyncIterable<Uint8Array>, most: number) {
  const lines: (string | undefined)[] = [];
  for await (const line of boundedLines(chunks, most)) lines.push(line);
  return lines;
}

describe('a line of CSV', () => {
  test('gives back the fields that were written', () => {
    const field = fc.string().filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(field, { minLength: 1 }), (fields) => {
        const written = fields.map((text) => `"${text.replaceAll('"', '""')}"`).join();
        expect(csvFields(written)).toEqual(fields);
      }),
    );
  });

  test('has plain fields too, and no quote out of place', () => {
    expect(csvFields('a, b,,"c,d"')).toEqual(['a', ' b', '', 'c,d']);
    expect(csvFields('')).toEqual(['']);
    expect(csvFields('a,')).toEqual(['a', '']);
    for (const wrong of ['a"b', '"a', '"a"b', 'a,"b']) expect(csvFields(wrong)).toBeUndefined();
  });
});

describe('lines of a text', () => {
  test('are the same however the text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => !/[\r\n\uFEFF]/.test(text))),
        fc.integer({ min: 1, max: 9 }),
        async (lines, size) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          async function* chunks() {
            for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
          }
          expect(await linesOf(chunks(), 60)).toEqual(lines);
        },
      ),
    );
  });

  test('beyond the bound come as undefined, and the next ones whole', async () => {
    async function* chunks() {
      yield Buffer.from(`${'x'.repeat(10)}\n${'x'.repeat(11)}\r\n`);
      for (let i = 0; i < 10; i++) yield Buffer.alloc(1000, 'y');
      yield Buffer.from('\nok');
    }
    expect(await linesOf(chunks(), 10)).toEqual(['x'.repeat(10), undefined, undefined, 'ok']);
  });
});
