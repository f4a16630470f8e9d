import type { ComponentChildren } from 'preact';
import type { Locale } from '../src/base/locale.js';
import type { Texts } from './locales/en.js';
import { type Brand, enhancements, mark, styles } from './assets.js';
import type { Contact } from './components/contact-line.js';
import { RealmHeader } from './components/realm-header.js';

/** Properties of every page. */
export interface Surroundings {
  readonly locale: Locale;
  /** In that language. */
  readonly texts: Texts;
  /** The display name of the realm. */
  readonly realmName: string;
  readonly brand: Brand;
  /** The realm's contact for its users. */
  readonly contact?: Contact;
  /** The folder that assets are served from, with a trailing slash. */
  readonly assets: string;
}

interface LayoutProps extends Surroundings {
  readonly title: string;
  /** The page reports an error. Its title starts with that, because screen readers read the title first. */
  readonly failed?: boolean;
  /** The browser redirects to this address at once. */
  readonly goesOnTo?: string;
  /** A wider layout with the navigation beside the content. */
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** The frame of every page: one card, no external resources, and one optional script. */
export function Layout(props: LayoutProps) {
  const { locale, texts, realmName, brand, assets, title, failed = false, wide = false, goesOnTo, children } = props;
  const icon = brand.logo ?? mark;
  return (
    <html lang={locale} dir={texts.direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        {goesOnTo !== undefined && <meta http-equiv="refresh" content={`0;url=${goesOnTo}`} />}
        <title>{`${failed ? texts.layout.errorTitle(title) : title} · ${realmName}`}</title>
        <link rel="icon" type={icon.type} href={assets + icon.name} />
        <link rel="stylesheet" href={assets + styles.name} />
        {brand.styles && <link rel="stylesheet" href={assets + brand.styles.name} />}
        {goesOnTo === undefined && <script defer src={assets + enhancements.name} />}
      </head>
      <body>
        <main class={wide ? 'card wide' : 'card'}>
          <RealmHeader realmName={realmName} brand={brand} assets={assets} />
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}
