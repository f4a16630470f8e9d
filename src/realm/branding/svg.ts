import { problem, type Problem } from '../../base/problems/problem.js';

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
 * Why an SVG is refused; undefined if it is valid. An allow-list: anything not known to only draw is refused.
 * Takes time proportional to the size.
 */
export function svgFault(body: Buffer): Problem | undefined {
  const text = body.toString('utf8');
  if (!Buffer.from(text).equals(body)) return problem('drawing-not-utf8', [], {});
  let at = 0;
  let drawn = false;
  let references = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (!token) return problem('drawing-unreadable', [], { rest: text.slice(at, at + 40) });
    at = TOKEN.lastIndex;
    const [, closing, name, attributes] = token;
    if (name === undefined) continue;
    if (!ELEMENTS.has(name.toLowerCase())) return problem('drawing-element', [], { element: name });
    if (!drawn && name !== 'svg') return problem('drawing-without-svg', [], {});
    drawn = true;
    if (closing === '' && name.toLowerCase() === 'use') references += 1;
    references += attributes?.match(REFERENCE)?.length ?? 0;
    if (references > MOST_REFERENCES) return problem('drawing-references', [], { most: MOST_REFERENCES });
    const fault = attributeFault(attributes ?? '');
    if (fault !== undefined) return fault;
  }
  return drawn ? undefined : problem('picture-other-type', [], { type: 'image/svg+xml' });
}

function attributeFault(attributes: string): Problem | undefined {
  for (const [, name = '', quoted, single] of attributes.matchAll(ATTRIBUTE)) {
    const value = quoted ?? single ?? '';
    const leadsOut = /^(?:xlink:)?href$/i.test(name) && !value.startsWith('#');
    const fetches = /url\(\s*["']?(?!#)/i.test(value) || /@import|expression|javascript:|[&\\]/i.test(value);
    if (/^on/i.test(name) || leadsOut || fetches) {
      return problem('drawing-attribute', [], { attribute: name, value: value.slice(0, 40) });
    }
  }
  return undefined;
}
