import type { Client } from './client.js';

/**
 * The origins whose scripts may call this client's endpoints (CORS): those it names. A browser client (public, type web) that
 * names none has the origins of its redirect URIs, where its pages are. Pure.
 */
export function originsOf({
  allowedOrigins,
  applicationType,
  authentication,
  redirectUris,
}: Pick<Client, 'allowedOrigins' | 'applicationType' | 'authentication' | 'redirectUris'>): readonly string[] {
  const isBrowsers = authentication === 'none' && applicationType === 'web';
  if (allowedOrigins.length > 0 || !isBrowsers) return [...new Set(allowedOrigins)];
  return [...new Set(redirectUris.map((uri) => new URL(uri).origin))];
}
