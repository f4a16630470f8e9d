/** The browser and system under names that users recognise; undefined if the User-Agent does not say. Pure. */
export function deviceOf(agent: string | undefined): { readonly browser: string; readonly system: string } | undefined {
  const browser = nameIn(BROWSERS, agent);
  const system = nameIn(SYSTEMS, agent);
  return browser !== undefined && system !== undefined ? { browser, system } : undefined;
}

type DeviceNames = readonly (readonly [name: string, sign: RegExp])[];

// The first match counts: most browsers also claim to be those further down.
const BROWSERS: DeviceNames = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Headless)?(Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
];
const SYSTEMS: DeviceNames = [
  ['iOS', /\b(iPhone|iPad|iPod)\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
];

const nameIn = (names: DeviceNames, agent = ''): string | undefined => names.find(([, sign]) => sign.test(agent))?.[0];
