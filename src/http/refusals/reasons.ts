/**
 * refusals: why a request was refused, in its log line.
 *
 * Owns the closed table of reasons (this file), how an error carries its reason (`because`), and what the request's log line says of it
 * (`logRefusal`, `noteIgnored`). A reason is for the administrator who reads the log: the answer to the client says what its standard allows.
 * Never decides whether a request is refused.
 */

/** What a reason means: why the request was refused, and what to do about it. Each a short plain sentence. */
export interface Explanation {
  readonly cause: string;
  readonly cure: string;
}

/**
 * Every reason for which something is refused, by a code that stays what it is: log searches and alerts are built on it. docs/refusals.md is
 * made from this table.
 */
export const REASONS = {
  'client-unknown': {
    cause: 'No client has this client_id.',
    cure: 'Compare the client_id with `gatehouse client list`, or create the client.',
  },
  'secret-wrong': {
    cause: 'The client secret is wrong, or it has expired.',
    cure: 'Copy the secret again, without a line end, or give the client another one.',
  },
  'authentication-method-wrong': {
    cause: 'The client authenticates in another way than it is registered for.',
    cure: 'Configure the application for the method in the line, or change the `authentication` of the client.',
  },
  'redirect-uri-mismatch': {
    cause: 'The redirect_uri is not one of the client’s.',
    cure: 'Register the address exactly as the application sends it: scheme, host, port, path and query.',
  },
  'pkce-or-nonce-missing': {
    cause: 'The request has no PKCE challenge, and no nonce where a nonce would do.',
    cure: 'Turn on PKCE (S256) in the application. A confidential client may send an OpenID Connect nonce instead.',
  },
  'scope-unknown': {
    cause: 'No scope of the request is known for this client.',
    cure: 'Add the scope to the client or to the resource server, or correct it in the application.',
  },
  'resource-not-allowed': {
    cause: 'The resource is not a resource server of this client.',
    cure: 'Add it to the `resourceServers` of the client, spelled exactly as the application sends it.',
  },
  'code-expired': {
    cause: 'The authorization code is older than its lifetime.',
    cure: 'Redeem the code at once, and compare the clocks and the network of the application.',
  },
  'code-used': {
    cause: 'The authorization code was redeemed before. Its grant has ended.',
    cure: 'Redeem a code once: look for a reload, a retry or a second process. If there is none, somebody else has the code.',
  },
  other: {
    cause: 'Another rule of the protocol was broken.',
    cure: 'Read the words of the line: they name the rule.',
  },
} as const satisfies Readonly<Record<string, Explanation>>;

export type Reason = keyof typeof REASONS;
