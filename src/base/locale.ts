/** The languages of pages, as BCP 47 tags: each has its texts in `views/locales`. The first is the default. */
export const LOCALES = ['en', 'de'] as const;
export type Locale = (typeof LOCALES)[number];
