import type { ReasonText } from './reason-text.js';

/** About pages and any request. */
export const REQUEST_REASONS = {
  'form-expired': {
    cause: 'The form does not belong to this sign-in, session or browser (CSRF token).',
    cure: 'Load the page again. If nobody did anything unusual, another site posted the form.',
  },
  'form-unreadable': {
    cause: 'The form is malformed, too long, or has a field twice.',
    cure: 'Load the page again.',
  },
  'interaction-expired': {
    cause: 'The sign-in is over, expired, or began in another browser.',
    cure: 'Begin again at the application.',
  },
  'cookie-missing': {
    cause: 'The browser sent no cookie for a page that needs one.',
    cure: 'Allow cookies, and use one address for the whole sign-in.',
  },
  'wrong-host': {
    cause: 'The request was made to another host than the issuer’s.',
    cure: 'Use the issuer’s address. Let the proxy forward the host that the browser used.',
  },
  'insecure-transport': {
    cause: 'The request came over another scheme than the issuer’s.',
    cure: 'Name the proxy in GATEHOUSE_TRUSTED_PROXIES, and let it send X-Forwarded-Proto.',
  },
  'not-found': {
    cause: 'There is nothing at this path.',
    cure: 'Compare the address with the discovery document.',
  },
  'body-unreadable': {
    cause: 'The body or the query cannot be read.',
    cure: 'Send application/x-www-form-urlencoded in UTF-8, within the limit.',
  },
  'not-authenticated': {
    cause: 'The caller did not say who it is, or was not believed.',
    cure: 'Authenticate by HTTP Basic, or by an access token of the client itself.',
  },
  'question-invalid': {
    cause: 'The question to the decision endpoint cannot be understood.',
    cure: 'Read the detail of the answer: it names the field.',
  },
  'request-invalid': {
    cause: 'The request to the API does not fit the schema of its operation.',
    cure: 'Read the `problems` of the answer: they name the fields. The OpenAPI document has the schema.',
  },
  'permission-missing': {
    cause: 'The caller of the API does not hold the permission, or its token was not granted it.',
    cure: 'Assign a role that has the permission in the line, or let the application ask for it as a scope.',
  },
  'state-conflict': { cause: 'A later change or a rule forbids it.', cure: 'Read the thing again, and repeat.' },
  'not-trusted': {
    cause: 'The resource server is not trusted for what it says.',
    cure: 'Add it to `trustedFor` of the resource server.',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;
