import type { Sentences } from '../sentences.js';

/** Problems of the settings of a SAML identity provider. */
export const samlSentences = {
  'saml-provider-source': () =>
    'Write one of these: `metadata` (an address), `metadataXml` (a document), or `ssoUrl` with `certificates`.',
  'saml-certificates-missing': () => 'Write the certificates by which the provider signs, since no metadata name them.',
  'saml-certificate-form': () => 'Not an X.509 certificate in PEM.',
  'saml-certificate-key': ({ key }) =>
    `A certificate for ${key}, which no accepted signature uses: RSA of at least 2,048 bits, or ECDSA with P-256, P-384 or P-521.`,
  'saml-metadata-refused': ({ reason }) =>
    `These metadata do not describe an identity provider of this entity id that can be used (${reason}).`,
  'saml-metadata-key-unused': () => 'There are no metadata for which this certificate could count.',
  'saml-transient-id': () =>
    'A transient name identifier differs at each sign-in. Name the attribute that says who somebody is in `subject.attribute`.',
} as const satisfies Partial<Sentences>;
