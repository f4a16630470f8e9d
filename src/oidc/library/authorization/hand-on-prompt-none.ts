import type { KoaContextWithOIDC, UnknownObject } from 'oidc-provider';

/** Whether the application wants an answer without anything being asked (OpenID Connect Core 3.1.2.1). */
export const isPromptNone = (params: UnknownObject): boolean => params['prompt'] === 'none';

/**
 * Lets this request begin an interaction although it has `prompt=none`, since an identity provider is asked whether it knows the person. The
 * library answers with an error at once. When the request resumes, it does so if something is still missing.
 */
export function handOnPromptNone({ oidc }: Pick<KoaContextWithOIDC, 'oidc'>): void {
  Object.defineProperty(oidc, 'promptPending', { value: (name: string) => name !== 'none' && oidc.prompts.has(name) });
}
