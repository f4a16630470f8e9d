import type { Random } from './random.js';

/** A part of a document: an element with all that is in it, by its place in the text. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const TAG = /<(\/?)([\w:.-]+)((?:\s+[\w:.-]+="[^"]*")*)\s*(\/?)>/g;

/** The elements of a well-formed document. One that is no longer well-formed has fewer. */
function elementsIn(xml: string): readonly Span[] {
  const open: number[] = [];
  const spans: Span[] = [];
  for (const match of xml.matchAll(TAG)) {
    const [whole, isClosing, , , isEmpty] = match;
    const to = match.index + whole.length;
    if (isEmpty === '/') spans.push({ from: match.index, to });
    else if (isClosing === '') open.push(match.index);
    else {
      const from = open.pop();
      if (from !== undefined) spans.push({ from, to });
    }
  }
  return spans;
}

const cut = (xml: string, { from, to }: Span): string => xml.slice(0, from) + xml.slice(to);
const put = (xml: string, at: number, more: string): string => xml.slice(0, at) + more + xml.slice(at);
const textOf = (xml: string, { from, to }: Span): string => xml.slice(from, to);

/** What attackers put where a provider put something else. */
const VALUES = [
  ...['eve', '', 'https://evil.test/', '_request1', '_assertion1', '_response1', '2.0', '1.1', 'true'],
  ...[
    'urn:oasis:names:tc:SAML:2.0:status:Success',
    'urn:oasis:names:tc:SAML:2.0:cm:bearer',
    '#_assertion1',
    '#',
    '2099-01-01T00:00:00Z',
  ],
  ...[
    'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
    'http://www.w3.org/2000/09/xmldsig#sha1',
  ],
  ...[
    'http://www.w3.org/TR/1999/REC-xslt-19991116',
    'http://www.w3.org/2000/09/xmldsig#',
    'urn:oasis:names:tc:SAML:2.0:assertion',
  ],
];
const NAMES = [
  'ID',
  'Id',
  'id',
  'xml:id',
  'xmlns',
  'xmlns:saml',
  'Version',
  'InResponseTo',
  'URI',
  'Algorithm',
  '__proto__',
  'NotOnOrAfter',
];
const SNIPPETS = [
  ...[
    '<!-- -->',
    '<![CDATA[eve]]>',
    '<?x y?>',
    '&amp;',
    '&x;',
    '&#x0;',
    '<!DOCTYPE r [<!ENTITY x "eve">]>',
    '\u0000',
    '\ufeff',
    ']]>',
  ],
  '<saml:NameID>eve</saml:NameID>',
  '<saml:Attribute Name="mail"><saml:AttributeValue>eve@evil.test</saml:AttributeValue></saml:Attribute>',
  '<saml:AttributeStatement><saml:Attribute Name="nameID"><saml:AttributeValue>eve</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>',
  '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>',
  '<saml:AudienceRestriction><saml:Audience>https://id.example.com/connector/partner/metadata</saml:Audience></saml:AudienceRestriction>',
  '<ds:Object/>',
];

/** One change. `other`: a document of the same provider, about somebody else and for somebody else. */
type Change = (random: Random, xml: string, other: string) => string;

function withElement(random: Random, xml: string, change: (span: Span, spans: readonly Span[]) => string): string {
  const spans = elementsIn(xml);
  return spans.length === 0 ? xml : change(random.of(spans), spans);
}

/** Where something can stand: at either side of an element, or inside it. */
const placeAt = (random: Random, xml: string, { from, to }: Span): number =>
  random.of([from, to, xml.indexOf('>', from) + 1]);

const CHANGES: readonly Change[] = [
  (random, xml) => withElement(random, xml, (span) => cut(xml, span)),
  (random, xml) =>
    withElement(random, xml, (span, all) => put(xml, placeAt(random, xml, random.of(all)), textOf(xml, span))),
  (random, xml) =>
    withElement(random, xml, (span) => {
      const rest = cut(xml, span);
      return withElement(random, rest, (target) => put(rest, placeAt(random, rest, target), textOf(xml, span)));
    }),
  (random, xml) => withElement(random, xml, (span) => put(put(xml, span.to, '</w>'), span.from, '<w>')),
  (random, xml, other) =>
    withElement(random, xml, (target) => {
      const spans = elementsIn(other);
      return spans.length === 0 ? xml : put(xml, placeAt(random, xml, target), textOf(other, random.of(spans)));
    }),
  (random, xml, other) =>
    withElement(random, xml, (target) => {
      const spans = elementsIn(other);
      return spans.length === 0 ? xml : put(cut(xml, target), target.from, textOf(other, random.of(spans)));
    }),
  (random, xml) => withElement(random, xml, (span) => put(xml, placeAt(random, xml, span), random.of(SNIPPETS))),
  (random, xml) => replaceOne(random, xml, /="[^"]*"/g, () => `="${random.of(VALUES)}"`),
  (random, xml) => replaceOne(random, xml, / [\w:.-]+="[^"]*"/g, () => ''),
  (random, xml) => replaceOne(random, xml, /<[\w:.-]+/g, (tag) => `${tag} ${random.of(NAMES)}="${random.of(VALUES)}"`),
  (random, xml) => replaceOne(random, xml, />[^<]+</g, () => `>${random.of(VALUES)}<`),
  (random, xml) =>
    replaceOne(random, xml, /[^<>]{3}/g, (text) => text.slice(0, 1) + random.of(SNIPPETS) + text.slice(1)),
  (random, xml) => {
    const at = random.below(xml.length);
    return xml.slice(0, at) + String.fromCharCode(32 + random.below(95)) + xml.slice(at + 1);
  },
  (random, xml) => xml.slice(0, random.below(xml.length)),
];

function replaceOne(random: Random, xml: string, pattern: RegExp, change: (found: string) => string): string {
  const found = [...xml.matchAll(pattern)];
  if (found.length === 0) return xml;
  const { index, 0: text } = random.of(found);
  return xml.slice(0, index) + change(text) + xml.slice(index + text.length);
}

/** Between one and four changes. */
export function changed(random: Random, xml: string, other: string): string {
  let result = xml;
  for (let left = 1 + random.below(4); left > 0; left--) result = random.of(CHANGES)(random, result, other);
  return result;
}
