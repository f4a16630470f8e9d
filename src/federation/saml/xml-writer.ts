import { escaped } from './escaped.js';

/** XML that this writer made: everything in it is escaped. */
export type WrittenXml = string & { readonly written: unique symbol };

/** Text of an element. */
export const text = (value: string): WrittenXml => escaped(value) as WrittenXml;

/**
 * An element with its content. Names are ours, and values are escaped. An attribute without a value is left out.
 *
 * @param name with its prefix, which the attributes or an element around it declare
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  ...content: readonly WrittenXml[]
): WrittenXml {
  const written = Object.entries(attributes).flatMap(([attribute, value]) =>
    value === undefined ? [] : ` ${attribute}="${escaped(value)}"`,
  );
  const inner = content.join('');
  return (
    inner === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${inner}</${name}>`
  ) as WrittenXml;
}
