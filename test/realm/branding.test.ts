import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readInput } from '../../src/base/problems/read-input.js';
import { sentence } from '../../src/sentences/sentence.js';
import { CARDS, contrast, READABLE } from '../../src/base/colour.js';
import { OUR_ACCENT, readable } from '../../src/realm/branding/accent.js';
import { LOGO_LIMIT } from '../../src/realm/branding/logo.js';
import { settingsInput } from '../../src/realm/settings/settings-input.js';
import { cpuMilliseconds } from '../support/cpu-milliseconds.js';

function faultOf(settings: object): string | undefined {
  const read = readInput(settingsInput, settings);
  const [first] = read.ok ? [] : read.problems;
  return first && sentence(first, 'en');
}
const url = (type: string, body: string | Buffer): string =>
  `data:${type};base64,${Buffer.from(body).toString('base64')}`;
const logoFault = (of: string): string | undefined => faultOf({ logo: { light: of } });
const svg = (inside: string): string =>
  url(
    'image/svg+xml',
    `<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">${inside}</svg>`,
  );

test('the cards that colours are measured on are those of the pages', () => {
  const css = readFileSync(join(import.meta.dirname, '../../views/styles.css'), 'utf8');
  const cards = [...css.matchAll(/--card: (#[0-9a-f]{6});/g)].map(([, card]) => card);
  expect(cards).toEqual([CARDS.light, CARDS.dark]);
  expect(css).toContain(`--accent: ${OUR_ACCENT};`);
});

test('a colour that cannot be read in light or in dark is refused with its contrast, and with one that can', () => {
  expect(faultOf({ colours: { accent: '#ffd800' } })).toBe(
    'Its contrast on the light page (#ffffff) is 1.39 to 1, and text needs 4.5 to 1 (WCAG 2.2 AA). ' +
      `Take a darker one: ${readable('#ffd800', 'light')} would do.`,
  );
  expect(faultOf({ colours: { accentDark: '#003399' } })).toMatch(/dark page .* is 1\.5\d to 1.*Take a lighter one/);
  expect(faultOf({ colours: { accent: '#777777' } })).toMatch(/is 4\.47 to 1/);
  expect(faultOf({ colours: { accent: '#767676' } })).toBeUndefined();
  expect(faultOf({ colours: { accent: '#003399', accentDark: '#FFD800' } })).toBeUndefined();
});

test.each(['red', '#fff', '#12345g', '#1234567', 'url(https://x)', '#123456;}body{display:none}', ''])(
  '%j is no colour',
  (accent) => {
    expect(faultOf({ colours: { accent } })).toMatch('#rrggbb');
    expect(faultOf({ colours: { accentDark: accent } })).toMatch('#rrggbb');
  },
);

test('every colour has one near to it that is readable, in light and in dark', () => {
  for (const colour of ['#000000', '#ffffff', '#ff0000', '#00ff00', '#0000ff', '#808080', OUR_ACCENT] as const) {
    for (const card of ['light', 'dark'] as const) {
      expect(contrast(readable(colour, card), CARDS[card])).toBeGreaterThanOrEqual(READABLE);
    }
  }
});

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex');

test('a logo is a picture of a kind that cannot run, and is what it says it is', () => {
  expect(logoFault(url('image/png', PNG))).toBeUndefined();
  expect(logoFault(url('image/jpeg', Buffer.from('ffd8ffe0', 'hex')))).toBeUndefined();
  expect(logoFault(url('image/webp', 'RIFF1234WEBPVP8 '))).toBeUndefined();
  expect(logoFault(url('image/png', '<svg/>'))).toBe('The data is no image/png.');
  expect(logoFault(url('image/webp', PNG))).toBe('The data is no image/webp.');
  for (const none of [
    'https://cdn.example/logo.png',
    url('text/html', '<p>'),
    url('image/gif', 'GIF89a'),
    'data:,',
    '',
  ]) {
    expect(logoFault(none)).toMatch('Write the picture itself');
  }
  expect(logoFault(url('image/png', Buffer.concat([PNG, Buffer.alloc(LOGO_LIMIT)])))).toMatch(
    'The picture has 65546 bytes, and may have 65536.',
  );
});

test('a drawing that only draws is a logo', () => {
  const drawn =
    '<!-- a comment --><title>A &amp; B</title><defs><linearGradient id="a"><stop offset="0"/></linearGradient></defs>' +
    `<g fill="url(#a)" style='stroke:red'><path d="M0 0 H 1"/></g><use href="#a" xlink:href = "#b"></use><text>Acme</text>`;
  expect(logoFault(svg(drawn))).toBeUndefined();
});

test.each([
  '<script>alert(1)</script>',
  '<SCRIPT/>',
  '<svg:script/>',
  '<foreignObject><p/></foreignObject>',
  '<image href="https://elsewhere.example/pixel"/>',
  '<style>@import "https://elsewhere.example"</style>',
  '<a href="https://elsewhere.example"><path/></a>',
  '<animate attributeName="href" to="javascript:alert(1)"/>',
  '<set attributeName="onload" to="alert(1)"/>',
  '<path onload="alert(1)"/>',
  '<path ONCLICK="alert(1)"/>',
  '<path\nonload = "alert(1)"/>',
  '<path onload=alert(1) />',
  '<use href="https://elsewhere.example/#a"/>',
  '<use xlink:href="data:image/svg+xml,x"/>',
  '<path fill="url(https://elsewhere.example/)"/>',
  `<path style="fill:url('//elsewhere.example')"/>`,
  '<path style="fill:u\\72l(//elsewhere.example)"/>',
  '<path fill="u&#114;l(//elsewhere.example)"/>',
  '<![CDATA[<script>]]>',
  '<?xml-stylesheet href="https://elsewhere.example"?>',
  '<!DOCTYPE svg [<!ENTITY a "b">]>',
  '<path d="<script>"/>',
  '<path',
])('a drawing with %s is none', (inside) => {
  expect(logoFault(svg(inside))).toMatch(/^The drawing (?:has|cannot be read)/);
});

test('a drawing that makes a browser draw without end is no logo', () => {
  const doubling = (levels: number, one: (below: number) => string): string =>
    Array.from({ length: levels }, (_, level) => one(level)).join('');
  const many = 'The drawing has more than 16 of <use>, mask and clip-path. Draw each shape where it stands.';
  const use = (below: number) => `<g id="a${below + 1}">${`<use href="#a${below}"/>`.repeat(2)}</g>`;
  const mask = (below: number) => `<mask id="a${below + 1}">${`<path mask="url(#a${below})"/>`.repeat(2)}</mask>`;
  const style = (below: number) =>
    `<mask id="a${below + 1}">${`<g style="mask: url(#a${below})"></g>`.repeat(2)}</mask>`;
  for (const each of [use, mask, style]) {
    expect(logoFault(svg(doubling(9, each)))).toBe(many);
    expect(logoFault(svg(doubling(8, each)))).toBeUndefined();
  }
});

test('what is no drawing, or not UTF-8, is none either', () => {
  expect(logoFault(url('image/svg+xml', 'hello'))).toBe('The data is no image/svg+xml.');
  expect(logoFault(url('image/svg+xml', '<path/><svg/>'))).toBe('The drawing does not begin with <svg>.');
  expect(logoFault(url('image/svg+xml', Buffer.from([0x3c, 0xff])))).toBe('The drawing is not UTF-8.');
});

test('a drawing that is made to be slow is read in no time', async () => {
  const slow = [`<path ${'a="b" '.repeat(9000)}`, '<!--'.repeat(15_000), `<path a="${'url( '.repeat(10_000)}"/>`];
  const spent = await cpuMilliseconds(() => {
    for (const inside of slow) logoFault(svg(inside));
  });
  expect(spent).toBeLessThan(500);
});

test('what the handbook shows is taken', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/branding.md'), 'utf8');
  const shown = [...page.matchAll(/^```yaml realm\n([^]*?)^```$/gm)].map(([, yaml = '']) => parse(yaml) as object);
  expect(shown).toHaveLength(3);
  for (const realm of shown) expect('settings' in realm && faultOf(realm.settings as object)).toBeUndefined();
});

describe('the contact', () => {
  const contactOf = (contact: unknown) => settingsInput.safeParse({ contact });

  test.each([
    { text: 'Help desk, room 12' },
    { link: 'mailto:help@example.com' },
    { text: 'Help', link: 'https://help.example.com/password?realm=1' },
  ])('is words, an address, or both: %j', (contact) => {
    expect(contactOf(contact)).toMatchObject({ success: true, data: { contact } });
  });

  test.each([
    {},
    { text: ' ' },
    { text: 'two\nlines' },
    { link: 'javascript:alert(1)' },
    { link: 'http://help.example.com' },
    { link: 'https://user:secret@help.example.com' },
    { link: 'mailto:help@example.com?body=x' },
    { link: 'mailto:a@b.example,c@d.example' },
    { link: 'data:text/html,x' },
    { link: ' https://help.example.com' },
    { text: 'x', more: 'y' },
  ])('is nothing else: %j', (contact) => {
    expect(contactOf(contact).success).toBe(false);
  });
});
