/** For form-action: the origin of a web address, the scheme of any other. */
export function targetOf(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri);
  return origin === 'null' ? protocol : origin;
}
