export {};

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'connector-id-form': NoParams;
    /** The name of our own userstore. */
    'connector-id-reserved': { readonly id: string };
    'mail-domain-form': NoParams;
    'settings-form': NoParams;
    'settings-too-deep': { readonly most: number };
    'settings-too-many': { readonly most: number };
    'setting-form': { readonly most: number };
    'setting-name-form': NoParams;
    'connector-domain-taken': { readonly domain: string; readonly connector: string };
    'connector-kind-unknown': { readonly kind: string; readonly known: readonly string[] };
    'connector-kind-fixed': { readonly connector: string; readonly kind: string };
    /** The setting is for connectors that check passwords, and this one redirects, or the other way round. */
    'connector-setting-unused': { readonly setting: string; readonly kind: string };
    'connector-preset-unknown': { readonly preset: string; readonly kind: string; readonly known: readonly string[] };
    /** It identifies the person, or says that something is verified. */
    'required-field-not-asked': { readonly field: string };
    /** Only fields of the profile are written: others identify somebody, or decide. */
    'write-back-no-profile': { readonly field: string };
    'write-back-not-mapped': { readonly field: string };
    'write-back-not-plain': { readonly field: string };
    'write-back-shared': { readonly field: string; readonly claim: string; readonly other: string };
    'write-back-verifies': { readonly field: string };
    'write-back-not-updated': { readonly field: string };
    /** The kind of the connector, with its settings, does not write it. */
    'write-back-not-written': { readonly field: string; readonly claim: string };
    /** The most that the kind of the connector, with its settings, can do. */
    'write-back-password': { readonly most: 'never' | 'own' | 'own-and-reset' };
    /** The directory keeps this field. */
    'field-elsewhere': { readonly field: string; readonly connector: string };
    'mapping-role-unknown': { readonly role: string };
    /** A name that a rule completes by a list would give a permission at Gatehouse's own API. */
    'mapping-lists-own-permission': {
      readonly kind: 'role' | 'group';
      readonly name: string;
      readonly permission: string;
    };
    'own-keys-none': { readonly connector: string };
    /** There is no key for this step of a roll-over, or a step before it is not finished. */
    'own-keys-step': { readonly connector: string; readonly step: 'prepare' | 'activate' | 'retire' };
    /** Only an administrator lets a connector sign in the users of existing accounts. */
    'linking-trusts-addresses': NoParams;
    /** `access`: the first role or permission that the actor does not hold. */
    'mapping-gives-more': { readonly access: string };
  }
}
