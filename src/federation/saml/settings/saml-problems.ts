export {};

declare module '../../../base/problems/problem.js' {
  interface ProblemParams {
    /** One of: an address of metadata, metadata, or an address for sign-ins with certificates. */
    'saml-provider-source': NoParams;
    /** Without metadata, nothing else says who signs. */
    'saml-certificates-missing': NoParams;
    'saml-certificate-form': NoParams;
    /** A certificate has a key that no accepted algorithm uses. */
    'saml-certificate-key': { readonly key: string };
    'saml-metadata-refused': { readonly reason: string };
    'saml-metadata-key-unused': NoParams;
    /** A transient name identifier is another one at each sign-in. */
    'saml-transient-id': NoParams;
  }
}
