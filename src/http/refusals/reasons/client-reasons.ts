import type { ReasonText } from './reason-text.js';

/** About clients and how they authenticate. */
export const CLIENT_REASONS = {
  'client-unknown': {
    cause: 'No client has this client_id.',
    cure: 'Compare the client_id with `gatehouse client list`, or create the client.',
  },
  'client-missing': {
    cause: 'The request names no client.',
    cure: 'Send client_id, or authenticate by HTTP Basic.',
  },
  'client-mismatch': {
    cause: 'The request names two different clients.',
    cure: 'Send the same client_id in the body, the header and the assertion.',
  },
  'secret-wrong': {
    cause: 'The client secret is wrong, or it has expired.',
    cure: 'Copy the secret again, without a line end, or give the client another one.',
  },
  'secret-throttled': {
    cause: 'Too many wrong secrets of this client came from this address.',
    cure: 'Correct the secret, and wait as long as Retry-After says.',
  },
  'authentication-method-wrong': {
    cause: 'The client authenticates in another way than it is registered for.',
    cure: 'Configure the application for the method in the line, or change the `authentication` of the client.',
  },
  'authentication-twice': {
    cause: 'The client authenticated in two ways at once.',
    cure: 'Send the secret in the header or in the body, not in both.',
  },
  'authentication-malformed': {
    cause: 'The Authorization header cannot be read.',
    cure: 'Send `Basic`, a space, and the base64 of client id, colon and secret, each form-encoded.',
  },
  'assertion-invalid': {
    cause: 'The client assertion is not valid.',
    cure: 'Read the words of the line: they name the claim, the algorithm or the key.',
  },
  'assertion-used': {
    cause: 'The client assertion was used before.',
    cure: 'Make a new assertion, with a new jti, for each request.',
  },
  'signature-wrong': {
    cause: 'No registered key of the client verifies the signature.',
    cure: 'Compare the key and its kid with the `jwks` or `jwksUri` of the client.',
  },
  'issuer-trailing-slash': {
    cause: 'The issuer was used with a slash at its end.',
    cure: 'Configure the issuer exactly as the discovery document writes it, without a slash at its end.',
  },
  'origin-not-allowed': {
    cause: 'A page of an origin that is not the client’s sent the request.',
    cure: 'Add the origin to the `allowedOrigins` of the client.',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;
