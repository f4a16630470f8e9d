/** The audiences of a token, from its `aud` (RFC 7519 4.1.3): one text, or several. Everything else is for nobody. */
export function audiencesOf(aud: unknown): readonly string[] {
  if (typeof aud === 'string') return [aud];
  return Array.isArray(aud) ? aud.filter((each) => typeof each === 'string') : [];
}

/** Userinfo as an audience, beside that of an API. @param issuer the issuer identifier */
export const userinfoAudience = (issuer: string): string => `${issuer}/me`;
