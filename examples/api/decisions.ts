/** What an API may be told about a person and one of its things. */
export interface Question {
  /** The `sub` of the access token. */
  readonly subject: string;
  readonly permission: string;
  readonly resource: { readonly type: string; readonly id: string; readonly owner?: string };
  /** Of the person, where the API knows it; and how they signed in, from their access token. */
  readonly address?: string;
  readonly acr?: string;
  readonly authTime?: number;
}

export interface Decision {
  readonly allowed: boolean;
  /** In sentences. */
  readonly reasons: readonly string[];
  /** What a sign-in would have to reach (RFC 9470). */
  readonly stepUp?: { readonly acr_values: string; readonly max_age?: number };
}

/** By which an API shows Gatehouse that it is one (a client whose `introspects` names it). */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Asks whether somebody may do something now (OpenID AuthZEN 1.0): for what no token can say, since it hangs on the thing or on the moment.
 *
 * @throws where no answer can be had: then nothing is allowed
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
