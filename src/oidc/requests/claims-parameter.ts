import { errors } from 'oidc-provider';
import { z } from 'zod';

/** Unknown members are ignored (OpenID Connect Core 5.5.1). */
const member = z
  .looseObject({
    essential: z.boolean().exactOptional(),
    value: z.string().exactOptional(),
    values: z.array(z.string()).exactOptional(),
  })
  .nullable()
  .exactOptional();

/** The parts of the claims parameter (OpenID Connect Core 5.5) that constrain who signs in and how. */
const demands = z.looseObject({ id_token: z.looseObject({ sub: member, acr: member }).exactOptional() });

type Demands = z.infer<typeof demands>;

/**
 * The library has seen that it is JSON, and that each claim is asked for by an object or null.
 *
 * @throws InvalidRequest when what it demands is in no form that could be honoured
 */
export function assertClaimsParameter(_ctx: unknown, claims: unknown): void {
  if (demands.safeParse(claims).success) return;
  throw new errors.InvalidRequest(
    'claims.id_token members sub and acr take essential (true or false), value (text) and values (a list of texts)',
  );
}

/** The subjects of which the request demands one (OpenID Connect Core 5.5.1); undefined: it demands none. */
export const demandedSubjects = (claims: unknown): readonly string[] | undefined =>
  valuesOf(demandedOfIdToken(claims)?.sub);

/** The `acr` values of which the claims parameter demands one (OpenID Connect Core 5.5.1.1); undefined: it demands none. */
export function essentialAcr(claims: unknown): readonly string[] | undefined {
  const acr = demandedOfIdToken(claims)?.acr;
  return acr?.essential === true ? valuesOf(acr) : undefined;
}

const valuesOf = (claim: z.infer<typeof member> | undefined): readonly string[] | undefined =>
  claim?.values ?? (claim?.value === undefined ? undefined : [claim.value]);

/** @param claims the parameter as the library keeps it, which was judged when it came */
const demandedOfIdToken = (claims: unknown): Demands['id_token'] =>
  typeof claims === 'string' ? (JSON.parse(claims) as Demands).id_token : undefined;
