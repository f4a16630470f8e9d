import { z } from 'zod';
import { problem } from '../../../base/problems/problem.js';
import { refusedAs, refusing } from '../../../base/problems/read-input.js';
import { isPrototypeName } from '../../../base/text/prototype-names.js';

/** Plain http is for this machine only. */
const ADDRESS =
  /^(?:https:\/\/[^\s/?#@\\]+|http:\/\/(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?)(?:[/?][^\s#\\]*)?$/;
/** RFC 6749 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;
/** RFC 6749 A.1. */
const CLIENT_ID = /^[\x20-\x7e]{1,1000}$/;
const PARAMETER = /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/;
const HEADER = /^[A-Za-z][A-Za-z0-9-]{0,99}$/;

/** What a request says of itself, or what no answer could confirm. Pushed requests and other response modes are not spoken. */
const RESERVED_PARAMETERS: ReadonlySet<string> = new Set([
  ...['client_id', 'client_secret', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce'],
  ...['code_challenge', 'code_challenge_method', 'request', 'request_uri', 'max_age', 'claims'],
]);
/** Ours: no setting lends or replaces the proof of who asks. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'host', 'user-agent']);
/** What is decided by `id`, `email` and `emails`, and by nothing else. */
export const RESERVED_CLAIMS: ReadonlySet<string> = new Set(['sub', 'email', 'email_verified']);

const address = z
  .string()
  .max(1000)
  .regex(ADDRESS, { abort: true })
  .refine((url) => URL.canParse(url));

/** Names of members, from the outside inwards, with a dot between them. */
const path = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => text.split('.').every((name) => name !== '' && !isPrototypeName(name)));

const header = z.strictObject({
  name: z
    .string()
    .regex(HEADER, { abort: true })
    .superRefine(
      refusing((name) =>
        RESERVED_HEADERS.has(name.toLowerCase()) ? problem('oauth2-name-reserved', [], { name }) : undefined,
      ),
    ),
  value: z.string().regex(/^[\x20-\x7e]{1,1000}$/),
});

const parameter = z.strictObject({
  name: z
    .string()
    .regex(PARAMETER, { abort: true })
    .superRefine(
      refusing((name) => (RESERVED_PARAMETERS.has(name) ? problem('oauth2-name-reserved', [], { name }) : undefined)),
    ),
  value: z.string().min(1).max(1000),
});

const tokenError = z.strictObject({
  /** As the provider writes it; a number as text. */
  code: z.string().min(1).max(100),
  means: z.enum(['client-refused', 'code-refused', 'redirect-uri-refused', 'client-not-allowed', 'server-failing']),
});

const connection = z
  .strictObject({
    authorizationEndpoint: address,
    tokenEndpoint: address,
    clientId: z.string().regex(CLIENT_ID),
    /** How Gatehouse proves at the token endpoint that it is the client. `none`: by PKCE alone. */
    clientAuthentication: z.enum(['client_secret_basic', 'client_secret_post', 'none']).default('client_secret_basic'),
    scopes: z
      .array(z.string().regex(SCOPE))
      .max(50)
      .default([])
      .transform((scopes) => [...new Set(scopes)]),
    /** RFC 7636. */
    pkce: z.boolean().default(true),
    /** More parameters of the authorization request. */
    parameters: z.array(parameter).max(20).default([]),
    /** The parameter for the name that a person typed. Absent: it is not sent. */
    loginHint: parameter.shape.name.exactOptional(),
    /** What makes the provider ask which of its accounts it is. Absent: it cannot be asked to. */
    selectAccount: parameter.exactOptional(),
    /** What the provider sends as `iss` (RFC 9207). Absent: `iss` is ignored. */
    issuer: z.string().min(1).max(1000).exactOptional(),
    /** The query parameter for an HMAC-SHA256 of the access token by the client secret, in hex. Absent: none is sent. */
    proof: parameter.shape.name.exactOptional(),
    /** Whether the provider is asked again about its users, by the refresh tokens that it gave. */
    keepRefreshTokens: z.boolean().default(false),
    /** Error codes of the token endpoint that no specification has. */
    tokenErrors: z.array(tokenError).max(50).default([]),
    /** Milliseconds for each request. */
    timeout: z.int().min(100).max(30_000).default(5000),
  })
  .refine(
    ({ pkce, clientAuthentication }) => pkce || clientAuthentication !== 'none',
    refusedAs('oauth2-needs-secret', { setting: 'pkce' }, ['pkce']),
  )
  .refine(
    ({ proof, clientAuthentication }) => proof === undefined || clientAuthentication !== 'none',
    refusedAs('oauth2-needs-secret', { setting: 'proof' }, ['proof']),
  );

/** One call of the provider's API, as the person. */
const call = {
  url: address,
  /** Where in the answer the object or list is. Absent: it is the answer. */
  path: path.exactOptional(),
  headers: z.array(header).max(20).default([]),
};

const emails = z.strictObject({
  ...call,
  address: path.default('email'),
  /** Members that are all true of the address that counts. It is verified. */
  flags: z.array(path).min(1).max(5).default(['primary', 'verified']),
  /** Domains whose addresses reach nobody. */
  notMailboxes: z.array(z.string().min(1).max(255).toLowerCase()).max(20).default([]),
});

const email = z.strictObject({
  from: path,
  /** `field`: whether the member of this name is true. */
  verified: z.union([z.enum(['never', 'always']), z.strictObject({ field: path })]).default('never'),
});

const groups = z.strictObject({
  ...call,
  /** Members of an item, joined by `/`. */
  name: z.array(path).min(1).max(5),
  /** The member with the id that never changes. Absent: groups have none, and are not mirrored. */
  id: path.exactOptional(),
  /** Before the id, so that ids of two lists differ. */
  idPrefix: z.string().max(40).default(''),
});

const claim = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(255)
    .refine((name) => !isPrototypeName(name))
    .superRefine(
      refusing((name) => (RESERVED_CLAIMS.has(name) ? problem('oauth2-name-reserved', [], { name }) : undefined)),
    ),
  from: path,
});

const subject = z
  .strictObject({
    profile: z.strictObject(call),
    /** The members of the profile that say who it is, joined by `/`. They never change and are never given to somebody else. */
    id: z.array(path).min(1).max(5),
    /** Claims under the names of OpenID Connect (Core 5.1). Other members of the profile have their own names. */
    claims: z.array(claim).max(100).default([]),
    email: email.exactOptional(),
    emails: emails.exactOptional(),
    /** Lists of the groups of a person. Absent: groups are not read. */
    groups: z.array(groups).min(1).max(10).exactOptional(),
  })
  .refine(
    (fields) => fields.email === undefined || fields.emails === undefined,
    refusedAs('oauth2-two-addresses', {}, ['email']),
  );

/** What an administrator writes of a provider that speaks OAuth 2 without OpenID Connect. Unknown fields are refused. */
export const oauth2Settings = z.strictObject({ connection, subject });

export type OAuth2Settings = z.output<typeof oauth2Settings>;
export type ApiCall = OAuth2Settings['subject']['profile'];
export type EmailList = z.output<typeof emails>;
export type EmailField = z.output<typeof email>;
export type GroupList = z.output<typeof groups>;
