/** Formats of name identifiers (SAML Core 8.3), by the ends of their URIs. */
const FORMATS = {
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  emailAddress: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  unspecified: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
} as const;

export type NameIdFormat = keyof typeof FORMATS;

export const NAME_ID_FORMATS = ['persistent', 'transient', 'emailAddress', 'unspecified'] as const;

export const formatUri = (format: NameIdFormat): string => FORMATS[format];

/** Without a format, it is unspecified (Core 2.2.2). */
export const isOfFormat = (uri: string | undefined, format: NameIdFormat): boolean =>
  (uri ?? FORMATS.unspecified) === FORMATS[format];
