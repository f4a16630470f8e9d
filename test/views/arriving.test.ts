import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { render } from 'preact-render-to-string';
import { Arriving } from '../../views/arriving.js';
import { refreshOf, unescaped } from '../support/visitor.js';
import { surroundings } from './every-page.js';

test('the page leads to exactly the address that it was given, and so does its link', () => {
  const byte = fc.constantFrom(
    ...'abc09-._~!$&\'()*+,;=:@/?"<>[]{}|^`%# '.split(''),
    '%E9',
    '&amp;',
    '&quot;',
    ';url=',
    '">',
  );
  fc.assert(
    fc.property(
      fc.array(byte, { maxLength: 200 }),
      fc.constantFrom('https://x.test/?', 'com.x.app:/'),
      (parts, start) => {
        const href = `${start}${parts.join('')}`;
        const html = render(Arriving({ ...surroundings('en'), href, application: '<The Shop>' }));
        expect(refreshOf(html)).toBe(href);
        expect(unescaped(/<a href="([^"]*)"/.exec(html)?.[1] ?? '')).toBe(href);
        expect(html.match(/<(?:meta http-equiv|a )/g)).toHaveLength(2);
      },
    ),
  );
});

test('the form of a page leads to exactly its address, with exactly its fields', () => {
  const text = fc.string({
    unit: fc.constantFrom(...'abc+/=<>"\'& \u00e9'.split(''), '&quot;', '</form>'),
    maxLength: 100,
  });
  fc.assert(
    fc.property(text, fc.array(fc.tuple(text, text), { maxLength: 4 }), (end, form) => {
      const href = `https://idp.test/sso?${end}`;
      const html = render(Arriving({ ...surroundings('en'), href, form, provider: '<Example Corp>' }));
      expect(unescaped(/<form method="post" action="([^"]*)"/.exec(html)?.[1] ?? '')).toBe(href);
      const written = [...html.matchAll(/<input type="hidden" name(?:="([^"]*)")? value(?:="([^"]*)")?/g)];
      expect(written.map(([, name = '', value = '']) => [unescaped(name), unescaped(value)])).toEqual(form);
      expect(html.match(/<form|<\/form>|<button/g)).toEqual(['<form', '<button', '</form>']);
      expect(refreshOf(html)).toBeUndefined();
    }),
  );
});
