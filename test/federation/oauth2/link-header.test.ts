import { describe, expect, test } from '@jest/globals';
import { nextPage } from '../../../src/federation/oidc/oauth2/link-header.js';

const FROM = 'https://api.example.test/user/orgs?page=1';
const NEXT = 'https://api.example.test/user/orgs?page=2';

describe('the next page', () => {
  test.each([
    `<${NEXT}>; rel="next"`,
    `<${NEXT}>;rel=next`,
    `<${NEXT}>; REL="Next"`,
    `<${NEXT}>; rel="prefetch next"`,
    `<https://api.example.test/user/orgs?page=9>; rel="last", <${NEXT}>; rel="next"`,
    `<${NEXT}>; rel="next" , <https://api.example.test/user/orgs?page=9>; rel="last"`,
    `<${NEXT}>; title="a, b; c"; rel="next"; foo`,
    `<?page=2>; rel="next"`,
    `</user/orgs?page=2>; rel="next"`,
  ])('is in %s', (header) => {
    expect(nextPage(header, FROM)).toBe(NEXT);
  });

  test.each([
    null,
    '',
    ' ',
    `<${NEXT}>; rel="prev"`,
    `<${NEXT}>`,
    `<${NEXT}>; title="; rel=next"`,
    `<${NEXT}>; rel="next-one"`,
  ])('is not in %j', (header) => {
    expect(nextPage(header, FROM)).toBeUndefined();
  });

  test.each([
    'https://evil.test/user/orgs?page=2',
    'http://api.example.test/user/orgs?page=2',
    'https://api.example.test:8443/user/orgs?page=2',
    'https://api.example.test.evil.test/',
    'https://api.example.test@evil.test/',
    '//evil.test/user/orgs',
    'data:application/json,[]',
  ])('is not at %s', (target) => {
    expect(() => nextPage(`<${target}>; rel="next"`, FROM)).toThrow('page-elsewhere');
  });

  test.each([
    NEXT,
    `<${NEXT}`,
    `<${NEXT}>; rel="next`,
    `<${NEXT}>; rel="next"; =`,
    '<https://[>; rel=next',
    `,<${NEXT}>`,
  ])('is unknown where the header cannot be read: %s', (header) => {
    expect(() => nextPage(header, FROM)).toThrow('body-invalid');
  });

  test('of a long header is found at once', () => {
    const began = performance.now();
    for (const hostile of [
      `<x>${'; a'.repeat(2000)}"`,
      `<x>${' '.repeat(8000)}"`,
      '<'.repeat(8000),
      `<x>; a="${'\\'.repeat(8000)}`,
    ])
      expect(() => nextPage(hostile, FROM)).toThrow('body-invalid');
    expect(performance.now() - began).toBeLessThan(500);
  });
});
