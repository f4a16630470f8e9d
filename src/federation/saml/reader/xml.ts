import { SaxesParser } from 'saxes';
import { escaped } from '../escaped.js';
import { must, SamlRefused } from './refusals.js';

/** An element of a message. Its attributes that have a namespace are left out, but for `xsi:type` and `xsi:nil`: SAML gives none a meaning. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (XmlElement | string)[];
}

/** How much of a message is read at most. */
export interface XmlLimits {
  readonly elements: number;
  readonly depth: number;
  /** Of one element. */
  readonly attributes: number;
  /** Of all elements. */
  readonly allAttributes: number;
}

const MESSAGE: XmlLimits = { elements: 2000, depth: 32, attributes: 32, allAttributes: 4000 };

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** The attributes that name an element, by which signatures refer to it. A value stands once, whatever its attribute is called. */
const ID_NAMES: ReadonlySet<string> = new Set(['ID', 'Id', 'id', 'xml:id']);

interface OpenElement {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: (XmlElement | string)[];
  /** A comment or a CDATA section stands in it. */
  isSplit: boolean;
}

/**
 * Makes a tree of a message in one bounded pass, before anything else reads it. SamlRefused are a DOCTYPE and with it all entities,
 * processing instructions, an id that stands twice, and text with a comment or a CDATA section in it, which programs read differently.
 *
 * @throws SamlRefused
 */
export function parseXml(text: string, limits: XmlLimits = MESSAGE): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: OpenElement[] = [];
  const ids = new Set<string>();
  let root: XmlElement | undefined;
  let [elements, allAttributes] = [0, 0];

  parser.on('error', () => {
    throw new SamlRefused('saml-xml');
  });
  parser.on('doctype', () => {
    throw new SamlRefused('saml-xml-forbidden');
  });
  parser.on('processinginstruction', () => {
    throw new SamlRefused('saml-xml-forbidden');
  });
  parser.on('xmldecl', ({ encoding, version }) => {
    must((encoding ?? 'utf-8').toLowerCase() === 'utf-8' && version === '1.0', 'saml-encoding');
  });
  // Before its attributes are read: there may be thousands.
  parser.on('opentagstart', () => {
    must(++elements <= limits.elements && open.length < limits.depth, 'saml-xml-limits');
  });
  let ofThis = 0;
  parser.on('attribute', () => {
    must(++ofThis <= limits.attributes && ++allAttributes <= limits.allAttributes, 'saml-xml-limits');
  });
  parser.on('opentag', (tag) => {
    ofThis = 0;
    const attributes = new Map<string, string>();
    for (const { name, prefix, local, uri, value } of Object.values(tag.attributes)) {
      if (ID_NAMES.has(name)) {
        must(!ids.has(value), 'saml-xml-duplicate-id');
        ids.add(value);
      }
      if (prefix === '') attributes.set(local, value);
      else if (uri === XSI) attributes.set(`xsi:${local}`, value);
    }
    open.push({ namespace: tag.uri, name: tag.local, attributes, children: [], isSplit: false });
  });
  const splits = (): void => {
    const within = open.at(-1);
    if (within) within.isSplit = true;
  };
  parser.on('comment', splits);
  parser.on('cdata', (data) => {
    splits();
    open.at(-1)?.children.push(data);
  });
  parser.on('text', (data) => {
    open.at(-1)?.children.push(data);
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    if (!closed) throw new SamlRefused('saml-xml');
    const { isSplit, ...element } = closed;
    must(!isSplit || trimmed(ownText(element)) === '', 'saml-text-split');
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
  });
  parser.write(text).close();
  if (!root) throw new SamlRefused('saml-xml');
  return root;
}

const ownText = ({ children }: Pick<XmlElement, 'children'>): string =>
  children.filter((child) => typeof child === 'string').join('');

export const elementsOf = ({ children }: XmlElement): readonly XmlElement[] =>
  children.filter((child) => typeof child !== 'string');

/** The child elements of this name. */
export const childrenOf = (element: XmlElement, namespace: string, name: string): readonly XmlElement[] =>
  elementsOf(element).filter((child) => isNamed(child, namespace, name));

export const isNamed = (element: XmlElement, namespace: string, name: string): boolean =>
  element.namespace === namespace && element.name === name;

/** The text of an element that has no child elements; undefined if it has some. */
export const textIn = (element: XmlElement): string | undefined =>
  elementsOf(element).length > 0 ? undefined : ownText(element);

/**
 * The text of an element without the white space around it, which only lays a document out. No other space than XML's own: a provider may give
 * names that differ by a no-break space to different people.
 */
export const trimmedTextIn = (element: XmlElement): string | undefined => {
  const text = textIn(element);
  return text === undefined ? undefined : trimmed(text);
};

/** Not by a regular expression, which takes a long time for a lot of white space. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && WHITE_SPACE.has(text.charAt(start))) start++;
  while (start < end && WHITE_SPACE.has(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** XML 1.0 2.3. */
const WHITE_SPACE: ReadonlySet<string> = new Set([' ', '\t', '\n', '\r']);

/** The element as a document of its own. Prefixes are gone: each element declares its namespace. */
export function xmlOf({ namespace, name, attributes, children }: XmlElement): string {
  const written = [...attributes].flatMap(([attribute, value]) =>
    attribute.includes(':') ? [] : ` ${attribute}="${escaped(value)}"`,
  );
  const content = children.map((child) => (typeof child === 'string' ? escaped(child) : xmlOf(child))).join('');
  return `<${name} xmlns="${escaped(namespace)}"${written.join('')}>${content}</${name}>`;
}
