/**
 * Leaves with 0 when node_modules holds what package-lock.json says, by the list that npm itself keeps there, and with 1 when it must install.
 * Runs on the machine's own Node (20 or later).
 */
import { readFileSync } from 'node:fs';

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')).packages;
  } catch {
    return undefined;
  }
};
const locked = packagesOf('../package-lock.json');
const installed = packagesOf('../node_modules/.package-lock.json');

const isThere = ([path, { version, integrity, optional, peer }]) => {
  const found = installed[path];
  // What is for another platform is left out by npm.
  if (!found) return path === '' || optional === true || peer === true;
  return found.version === version && found.integrity === integrity;
};
process.exitCode = locked && installed && Object.entries(locked).every(isThere) ? 0 : 1;
