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
