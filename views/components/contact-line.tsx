/** A contact: a text, a link (`mailto:` or `https:`), or both. */
export interface Contact {
  readonly text?: string;
  readonly link?: string;
}

/** The contact of a realm, as a link where it has one. */
export function ContactLine({ contact: { text, link } }: { readonly contact: Contact }) {
  const words = text ?? link?.replace(/^mailto:|^https:\/\//, '') ?? '';
  return link === undefined ? <>{words}</> : <a href={link}>{words}</a>;
}
