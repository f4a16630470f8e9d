/** The location of a store. The URL of a MongoDB may contain a password, so only {@link shownAddress} may display it. */
export type StoreAddress =
  { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'mongodb'; readonly url: string };

/** The form of an address, to complete "GATEHOUSE_STORE must be ...". */
export const ADDRESS_FORM =
  'sqlite:PATH, with the path of a file, or the mongodb:// or mongodb+srv:// URL of a replica set';

/** Undefined for text that is no address. Whether the store exists is found out when it is opened. */
export function readAddress(text: string): StoreAddress | undefined {
  if (/^mongodb(?:\+srv)?:\/\/[^/?]/.test(text)) return { kind: 'mongodb', url: text };
  const file = text.startsWith('sqlite:') ? text.slice('sqlite:'.length) : '';
  // Several connections share the file, which excludes a database in memory and a URI with its own options.
  if (file === '' || file.startsWith(':') || file.startsWith('file:') || file.includes('\0')) return undefined;
  return { kind: 'sqlite', path: file };
}

/** For display: without the username, password and options of a URL. */
export function shownAddress(address: StoreAddress): string {
  return address.kind === 'sqlite' ? `sqlite:${address.path}` : withoutCredentials(address.url).replace(/\?.*$/s, '');
}

/** A text that may be a URL, without everything before its last `@`. */
export const withoutCredentials = (text: string): string => text.replace(/^([a-z][a-z+]*:\/\/)?.*@/s, '$1***@');
