/** Where a store is. The URL of a MongoDB may hold a password, so it is shown by {@link shownAddress} alone. */
export type StoreAddress =
  { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'mongodb'; readonly url: string };

/** The form of an address, to complete "GATEHOUSE_STORE must be ...". */
export const ADDRESS_FORM =
  'sqlite:PATH, with the path of a file, or the mongodb:// or mongodb+srv:// URL of a replica set';

/** Undefined for what is no address. Whether it leads anywhere, opening it tells. */
export function readAddress(text: string): StoreAddress | undefined {
  if (/^mongodb(?:\+srv)?:\/\/[^/?]/.test(text)) return { kind: 'mongodb', url: text };
  const file = text.startsWith('sqlite:') ? text.slice('sqlite:'.length) : '';
  // Several connections share the file: one in memory, or a URI with options of its own, can't be shared.
  if (file === '' || file.startsWith(':') || file.startsWith('file:') || file.includes('\0')) return undefined;
  return { kind: 'sqlite', path: file };
}

/** For a person: without the username, password and options of a URL. */
export function shownAddress(address: StoreAddress): string {
  return address.kind === 'sqlite' ? `sqlite:${address.path}` : withoutCredentials(address.url).replace(/\?.*$/s, '');
}

/** A text that may be a URL, or was meant to be one, without what stands before its last `@`. */
export const withoutCredentials = (text: string): string => text.replace(/^([a-z][a-z+]*:\/\/)?.*@/s, '$1***@');
