/** A question of an API about a user and one of its objects. */
export interface Question {
  /** The `sub` of the access token. */
  readonly subject: string;
  readonly permission: string;
  readonly resource: { readonly type: string; readonly id: string; readonly owner?: string };
  /** The user's address, if the API knows it, and their authentication, from the access token. */
  readonly address?: string;
  readonly acr?: string;
  readonly authTime?: number;
}

export interface Decision {
  readonly allowed: boolean;
  /** In sentences. */
  readonly reasons: readonly string[];
  /** The level that a sign-in would have to reach (RFC 9470). */
  readonly stepUp?: { readonly acr_values: string; readonly max_age?: number };
}

/** The API's credentials at Gatehouse (a client whose `introspects` names it). */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Asks whether a user may do something now (OpenID AuthZEN 1.0), for conditions that depend on the object or the moment.
 *
 * @throws if there is no answer; nothing is allowed then
 */
export function decisionPoint(issuer: string, { clientId, clientSecret }: Credentials) {
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  return async ({ subject, permission, resource, address, acr, authTime }: Question): Promise<Decision> => {
    const { type, id, owner } = resource;
    const response = await fetch(`${issuer}/access/v1/evaluation`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: authorization },
      body: JSON.stringify({
        subject: { type: 'user', id: subject },
        action: { name: permission },
        resource: { type, id, properties: { ...(owner !== undefined && { owner }) } },
        context: {
          ...(address !== undefined && { ip_address: address }),
          ...(acr !== undefined && { acr }),
          ...(authTime !== undefined && { auth_time: authTime }),
        },
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(5000),
    });
    if (!response.ok) throw new Error(`No decision could be had: ${response.status}`);
    const { decision, context } = (await response.json()) as {
      readonly decision: boolean;
      readonly context: { readonly reasons: readonly string[]; readonly step_up?: Decision['stepUp'] };
    };
    return { allowed: decision, reasons: context.reasons, ...(context.step_up && { stepUp: context.step_up }) };
  };
}
