import type { ComponentChildren } from 'preact';
import type { Locale } from '../src/base/locale.js';
import type { Texts } from './locales/en.js';
import { mark, styles } from './assets.js';

/** What every page knows. */
export interface Surroundings {
  readonly locale: Locale;
  /** In that language. */
  readonly texts: Texts;
  /** Whose pages these are, as people know it. */
  readonly realmName: string;
  /** The folder that assets are served from, with a trailing slash. */
  readonly assets: string;
}

interface LayoutProps extends Surroundings {
  readonly title: string;
  /** The page reports an error: its title says so first, which is what a screen reader says first. */
  readonly failed?: boolean;
  readonly children: ComponentChildren;
}

/** The frame of every page: one card, no script, nothing from elsewhere. */
export function Layout({ locale, texts, realmName, assets, title, failed = false, children }: LayoutProps) {
  return (
    <html lang={locale} dir={texts.direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${failed ? texts.layout.errorTitle(title) : title} · ${realmName}`}</title>
        <link rel="icon" type="image/svg+xml" href={assets + mark.name} />
        <link rel="stylesheet" href={assets + styles.name} />
      </head>
      <body>
        <main class="card">
          <header class="realm">
            <img src={assets + mark.name} width="36" height="36" alt="" />
            <span>{realmName}</span>
          </header>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}
