import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FORM_LIMIT, readForm } from '../../src/http/request/form.js';
import { ask, type Listening, listening } from './listening.js';

describe('a posted form', () => {
  let at: Listening;
  beforeAll(async () => {
    at = await listening((req, res) => {
      void readForm(req).then((form) =>
        res.end(JSON.stringify(form.kind === 'form' ? Object.fromEntries(form.fields) : form)),
      );
    });
  });
  afterAll(() => at.close());
  const post = async (body: string | Buffer, type = 'application/x-www-form-urlencoded', chunked = false) =>
    JSON.parse(
      (
        await ask(at.port, {
          method: 'POST',
          body,
          headers: { 'Content-Type': type, ...(chunked && { 'Transfer-Encoding': 'chunked' }) },
        })
      ).body,
    ) as unknown;

  test('is read as a browser writes it', async () => {
    expect(await post('name=J%C3%BCrgen+M&empty=&bare&a%26b=%3D')).toEqual({
      name: 'Jürgen M',
      empty: '',
      bare: '',
      'a&b': '=',
    });
    expect(await post('a=1', 'Application/X-WWW-Form-Urlencoded; charset=UTF-8')).toEqual({ a: '1' });
  });

  test('says what URLSearchParams wrote, whatever it was', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
          fc.string({ unit: 'grapheme', maxLength: 40 }),
          { maxKeys: 5, noNullPrototype: true },
        ),
        async (fields) => {
          fc.pre(!JSON.stringify(fields).includes('\\u0000'));
          expect(await post(new URLSearchParams(fields).toString())).toEqual(fields);
        },
      ),
      { numRuns: 100 },
    );
  });

  test.each<[string, string | Buffer, string, string]>([
    ['a field twice', 'a=1&b=2&a=3', 'duplicate-field', 'form'],
    ['a field twice, once encoded', 'a=1&%61=3', 'duplicate-field', 'form'],
    ['bytes that are not UTF-8, encoded', 'a=%FF', 'malformed', 'form'],
    ['an overlong encoding', 'a=%C0%AF', 'malformed', 'form'],
    ['bytes that are not encoded', Buffer.from([0x61, 0x3d, 0xff]), 'malformed', 'form'],
    ['a stray percent sign', 'a=%', 'malformed', 'form'],
    ['a NUL', 'a=%00', 'malformed', 'form'],
    ['more than the limit', `a=${'x'.repeat(FORM_LIMIT)}`, 'too-large', 'form'],
    ['JSON', '{"a":1}', 'not-a-form', 'application/json'],
    ['a multipart body', 'x', 'not-a-form', 'multipart/form-data; boundary=x'],
  ])('is refused for %s', async (_name, body, reason, type) => {
    expect(await post(body, type === 'form' ? undefined : type)).toMatchObject({ kind: 'refused', reason });
  });

  test('is refused when it grows past the limit without having said so', async () => {
    expect(await post(`a=${'x'.repeat(FORM_LIMIT)}`, undefined, true)).toMatchObject({ reason: 'too-large' });
  });
});
