/**
 * The authentication levels that Gatehouse reaches, weakest first, as `acr` values: whoever reaches one has reached those
 * below it. They say what was shown, in words that stay true when stronger ones are added above.
 */
export const LEVELS = ['urn:gatehouse:acr:password', 'urn:gatehouse:acr:two-factor'] as const;

export type Level = (typeof LEVELS)[number];
