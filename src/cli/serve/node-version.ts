/** The same as `engines` in package.json: node:crypto has argon2 from this version on. */
const NEEDED = [24, 7] as const;

/**
 * The message for a Node.js version that lacks what Gatehouse imports; undefined for a sufficient one. Imports nothing itself.
 */
export function nodeTooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return undefined;
  return `Gatehouse needs Node.js ${NEEDED.join('.')} or later; this is ${version}. Install it from https://nodejs.org, or use \`npx gatehouse\` in the folder of the source, where \`npm ci\` installed one.`;
}
