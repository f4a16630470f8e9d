import { z } from 'zod';
import { isPrototypeName } from '../../base/text/prototype-names.js';

/** An issuer has neither query nor fragment (OpenID Connect Discovery 1.0, 4.1). Plain http is for this machine only. */
const ISSUER =
  /^(?:https:\/\/[^\s/?#@\\]+|http:\/\/(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?)(?:\/[^\s?#\\]*)?$/;
/** RFC 6749 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;
/** RFC 6749 A.1. */
const CLIENT_ID = /^[\x20-\x7e]{1,1000}$/;

const claimName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !isPrototypeName(name));

const connection = z.strictObject({
  issuer: z
    .string()
    .max(1000)
    .regex(ISSUER, { abort: true })
    .refine((issuer) => URL.canParse(issuer)),
  clientId: z.string().regex(CLIENT_ID),
  /** How Gatehouse proves at the token endpoint that it is the client. `none`: by PKCE alone. */
  clientAuthentication: z.enum(['client_secret_basic', 'client_secret_post', 'none']).default('client_secret_basic'),
  scopes: z
    .array(z.string().regex(SCOPE))
    .max(50)
    .default(['openid', 'profile', 'email'])
    // Without it, this is not OpenID Connect, and nobody says who signed in (Core 3.1.2.1).
    .transform((scopes) => [...new Set(['openid', ...scopes])]),
  /** Milliseconds for each request. */
  timeout: z.int().min(100).max(30_000).default(5000),
});

const subject = z.strictObject({
  /** The claim that lists the groups of a user. Absent: groups are not read. */
  groups: claimName.exactOptional(),
});

/** What an administrator writes of an OpenID provider. Unknown fields are refused. */
export const oidcSettings = z.strictObject({ connection, subject: subject.prefault({}) });

export type OidcSettings = z.output<typeof oidcSettings>;
