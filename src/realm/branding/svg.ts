/** The allowed elements of an SVG. No scripts, links or external references. */
const ELEMENTS = new Set(
  'svg g path rect circle ellipse line polyline polygon text tspan title desc defs lineargradient radialgradient stop clippath mask use symbol'.split(
    ' ',
  ),
);

/**
 * The targets of `<use>`, masks and clip paths may refer to others, twice each: n of them make a browser draw up to 3^(n/3)
 * shapes. This many make it draw some hundred.
 */
const MOST_REFERENCES = 16;
const REFERENCE = /(?:^|[\s"';])(?:mask|clip-path)\s*[=:]/gi;

/** Comments and the declaration; a tag with its attributes; or text without markup. Any other `<` is refused. */
const TOKEN =
  /<!--(?:(?!--)[^])*-->|<\?xml [^?<>]*\?>|<(\/?)([a-z][\w-]*)((?:\s+[\w:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*\/?>|[^<]+/giy;
const ATTRIBUTE = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * Why an SVG is refused, as a sentence; undefined if it is valid. An allow-list: anything not known to only draw is refused.
 * Takes time proportional to the size.
 */
export function svgFault(body: Buffer): string | undefined {
  const text = body.toString('utf8');
  if (!Buffer.from(text).equals(body)) return 'The drawing is not UTF-8.';
  let at = 0;
  let drawn = false;
  let references = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (!token) return `The drawing cannot be read from here on: ${text.slice(at, at + 40)}`;
    at = TOKEN.lastIndex;
    const [, closing, name, attributes] = token;
    if (name === undefined) continue;
    if (!ELEMENTS.has(name.toLowerCase()))
      return `The drawing has a <${name}>. Save it as plain SVG, without scripts, styles and links.`;
    if (!drawn && name !== 'svg') return 'The drawing does not begin with <svg>.';
    drawn = true;
    if (closing === '' && name.toLowerCase() === 'use') references += 1;
    references += attributes?.match(REFERENCE)?.length ?? 0;
    if (references > MOST_REFERENCES)
      return `The drawing has more than ${MOST_REFERENCES} of <use>, mask and clip-path. Draw each shape where it stands.`;
    const fault = attributeFault(attributes ?? '');
    if (fault !== undefined) return fault;
  }
  return drawn ? undefined : 'The data is no image/svg+xml.';
}

function attributeFault(attributes: string): string | undefined {
  for (const [, name = '', quoted, single] of attributes.matchAll(ATTRIBUTE)) {
    const value = quoted ?? single ?? '';
    const leadsOut = /^(?:xlink:)?href$/i.test(name) && !value.startsWith('#');
    const fetches = /url\(\s*["']?(?!#)/i.test(value) || /@import|expression|javascript:|[&\\]/i.test(value);
    if (/^on/i.test(name) || leadsOut || fetches) {
      return `The drawing has ${name}="${value.slice(0, 40)}". Save it as plain SVG, without scripts, styles and links.`;
    }
  }
  return undefined;
}
