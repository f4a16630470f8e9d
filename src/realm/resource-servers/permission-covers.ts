/** The node that covers every permission of its resource server. */
export const EVERYTHING = '*';

/**
 * Whether holding `node` means holding `permission`: it is that, or stands above it in the path. A part of the node that is `*`
 * stands for any one part; the last one for all that is below.
 */
export function covers(node: string, permission: string): boolean {
  if (node === EVERYTHING || node === permission) return true;
  if (!node.includes('*')) return permission.startsWith(`${node}:`);
  const [parts, wanted] = [node.split(':'), permission.split(':')];
  return parts.length <= wanted.length && parts.every((part, at) => part === '*' || part === wanted[at]);
}
