import type { Sentences } from '../sentences.js';

/** Problems of the settings of a SAML identity provider. */
export const samlSentences = {
  'saml-provider-source': () =>
    'Schreiben Sie eines davon: `metadata` (eine Adresse), `metadataXml` (ein Dokument) oder `ssoUrl` mit `certificates`.',
  'saml-certificates-missing': () =>
    'Schreiben Sie die Zertifikate, mit denen der Anbieter unterschreibt, denn es gibt keine Metadaten, die sie nennen.',
  'saml-certificate-form': () => 'Kein X.509-Zertifikat im Format PEM.',
  'saml-certificate-key': ({ key }) =>
    `Ein Zertifikat für ${key}, mit dem keine angenommene Unterschrift möglich ist: RSA ab 2.048 Bit oder ECDSA mit P-256, P-384 oder P-521.`,
  'saml-metadata-refused': ({ reason }) =>
    `Diese Metadaten beschreiben keinen brauchbaren Anbieter mit dieser Entity-ID (${reason}).`,
  'saml-metadata-key-unused': () => 'Es gibt keine Metadaten, für die dieses Zertifikat gelten könnte.',
  'saml-transient-id': () =>
    'Ein flüchtiger Name (transient) ist bei jeder Anmeldung ein anderer. Nennen Sie in `subject.attribute` das Attribut, das sagt, wer jemand ist.',
} as const satisfies Partial<Sentences>;
