/** The node that covers every permission of its resource server. */
export const EVERYTHING = '*';

/**
 * Whether holding `node` means holding `permission`: they are equal, or the node is above it in the path. A segment `*` of the
 * node stands for any one segment; as the last segment it stands for everything below.
 */
export function covers(node: string, permission: string): boolean {
  if (node === EVERYTHING || node === permission) return true;
  if (!node.includes('*')) return permission.startsWith(`${node}:`);
  const [parts, wanted] = [node.split(':'), permission.split(':')];
  return parts.length <= wanted.length && parts.every((part, at) => part === '*' || part === wanted[at]);
}
