/** What `engines` in package.json says: node:crypto has argon2 from then on. */
const NEEDED = [24, 7] as const;

/** The sentence for a Node.js that lacks what Gatehouse imports; undefined for one that has it. Imports nothing itself. */
export function nodeTooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return undefined;
  return `Gatehouse needs Node.js ${NEEDED.join('.')} or later; this is ${version}. Install it from https://nodejs.org, or use \`npx gatehouse\` in the folder of the source, where \`npm ci\` installed one.`;
}
