import { z } from 'zod';

const jsonObject = z.record(z.string(), z.unknown());

export interface TokenAnswer {
  /** In the form that the library reads. */
  readonly response: Response;
  /** Nothing of it is verified. */
  readonly idToken?: string;
}

/**
 * An answer of a token endpoint (RFC 6749 5), as providers write it:
 *
 * - null for what they don't give, such as a refresh token;
 * - an error with status 200, as GitHub and Slack do.
 */
export async function readTokenAnswer(response: Response): Promise<TokenAnswer> {
  const body = jsonObject.safeParse(await jsonOf(response.clone()));
  if (!body.success) return { response };
  const members = Object.fromEntries(Object.entries(body.data).filter(([, value]) => value !== null));
  const { error, access_token: accessToken, id_token: idToken } = members;
  const isError = response.status === 200 && typeof error === 'string' && accessToken === undefined;
  const headers = new Headers(response.headers);
  // Those of the body as it came.
  for (const name of ['content-length', 'content-encoding']) headers.delete(name);
  return {
    response: Response.json(members, { status: isError ? 400 : response.status, headers }),
    ...(typeof idToken === 'string' && { idToken }),
  };
}

export const jsonOf = (response: Response): Promise<unknown> => response.json().catch(() => undefined);
