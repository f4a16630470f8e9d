import { type Asset, assetOf, type Brand } from '#views/assets.js';
import { isColour, mixed } from '../base/colour.js';
import { OUR_ACCENT, readable } from '../realm/branding/accent.js';
import { pictureOf } from '../realm/branding/logo.js';
import type { Settings } from '../realm/settings/settings.js';

type Looks = Pick<Settings, 'colours' | 'logo'>;

const made = new WeakMap<Looks, Brand>();

/** The static files of these settings. Cached for equal settings. */
export function brandOf(looks: Looks): Brand {
  const known = made.get(looks);
  if (known) return known;
  const { colours, logo } = looks;
  const light = picture('logo', logo.light);
  const dark = picture('logo-dark', logo.dark);
  const brand = {
    ...(isOwn(colours) && { styles: assetOf('brand.css', 'text/css; charset=utf-8', Buffer.from(sheet(colours))) }),
    ...(light && { logo: light }),
    ...(light && dark && { logoDark: dark }),
  };
  made.set(looks, brand);
  return brand;
}

const isOwn = ({ accent, accentDark }: Looks['colours']): boolean => accent !== OUR_ACCENT || accentDark !== 'auto';

/** The accent, and its variant under a pointer: further from the card's colour, so at least as readable. */
function sheet({ accent, accentDark }: Looks['colours']): string {
  const light = isColour(accent) ? accent : OUR_ACCENT;
  const dark = isColour(accentDark) ? accentDark : readable(light, 'dark');
  return (
    `:root{--accent:${light};--accent-strong:${mixed(light, '#000000', 0.2)}}` +
    `@media (prefers-color-scheme:dark){:root{--accent:${dark};--accent-strong:${mixed(dark, '#ffffff', 0.2)}}}`
  );
}

const ENDINGS = { 'image/svg+xml': 'svg', 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' } as const;

/** By the `data:` URL, of which there is one for each connector that has a logo. */
const logos = new Map<string, Asset>();
const MOST_LOGOS = 100;

/** The picture of a connector as a static file. Cached. */
export function connectorLogo(id: string, url: string): Asset | undefined {
  const key = `${id} ${url}`;
  const logo = logos.get(key) ?? picture(`connector-${id}`, url);
  if (!logo || logos.has(key)) return logo;
  // Former ones are forgotten with all others.
  if (logos.size === MOST_LOGOS) logos.clear();
  logos.set(key, logo);
  return logo;
}

function picture(name: string, url: string): Asset | undefined {
  const drawn = pictureOf(url);
  return drawn && assetOf(`${name}.${ENDINGS[drawn.type]}`, drawn.type, drawn.body);
}
