/** The system's Chromium, for tests and for what runs beside them. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts it headless. @throws {Error} where there is none */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), headless: true, args: FLAGS });
}

function findChromium(): string {
  const found = CHROMIUM.find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(
      `No Chromium at ${CHROMIUM.join(' or ')}: install it (Debian: apt-get install chromium) or run ./scripts/test.`,
    );
  }
  return found;
}
