import type { AdapterPayload } from 'oidc-provider';

/** The union of two payloads of one grant: every scope and claim of either. Pure. */
export function mergeGrantPayloads(theirs: string, ours: string): string {
  const [a, b] = [read(theirs), read(ours)];
  const identifiers = new Set([...Object.keys(a.resources ?? {}), ...Object.keys(b.resources ?? {})]);
  const claims = [...new Set([...(a.openid?.claims ?? []), ...(b.openid?.claims ?? [])])];
  const scope = words(a.openid?.scope, b.openid?.scope);
  const openid = { ...(scope !== '' && { scope }), ...(claims.length > 0 && { claims }) };
  const resources = Object.fromEntries([...identifiers].map((id) => [id, words(a.resources?.[id], b.resources?.[id])]));
  const merged: Payload = {
    ...a,
    ...b,
    ...(Object.keys(openid).length > 0 && { openid }),
    ...(identifiers.size > 0 && { resources }),
  };
  return JSON.stringify(merged);
}

interface Payload extends Omit<AdapterPayload, 'openid' | 'resources'> {
  openid?: { scope?: string; claims?: string[] };
  resources?: Record<string, string>;
}

// We packed it, and the seal proves that nobody else did.
const read = (packed: string): Payload => JSON.parse(packed) as Payload;

const words = (...texts: readonly (string | undefined)[]): string =>
  [...new Set(texts.flatMap((text) => text?.split(' ') ?? []))].filter((word) => word !== '').join(' ');
