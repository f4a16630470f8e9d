/** The languages that people are spoken to in, as BCP 47 tags: each has its texts in `views/locales`. The first is for whoever asks for none of them. */
export const LOCALES = ['en', 'de'] as const;
export type Locale = (typeof LOCALES)[number];
