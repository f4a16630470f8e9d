import type { ComponentChildren } from 'preact';
import type { Locale } from '../src/base/locale.js';
import type { Texts } from './locales/en.js';
import { type Brand, mark, styles } from './assets.js';
import { RealmHeader } from './components/realm-header.js';

/** What every page knows. */
export interface Surroundings {
  readonly locale: Locale;
  /** In that language. */
  readonly texts: Texts;
  /** Whose pages these are, as people know it. */
  readonly realmName: string;
  readonly brand: Brand;
  /** The folder that assets are served from, with a trailing slash. */
  readonly assets: string;
}

interface LayoutProps extends Surroundings {
  readonly title: string;
  /** The page reports an error: its title says so first, which is what a screen reader says first. */
  readonly failed?: boolean;
  /** The browser leaves the page for this address by itself, at once. */
  readonly goesOnTo?: string;
  readonly children: ComponentChildren;
}

/** The frame of every page: one card, no script, nothing from elsewhere. */
export function Layout(props: LayoutProps) {
  const { locale, texts, realmName, brand, assets, title, failed = false, goesOnTo, children } = props;
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
      </head>
      <body>
        <main class="card">
          <RealmHeader realmName={realmName} brand={brand} assets={assets} />
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}
