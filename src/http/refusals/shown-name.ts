/** The form of a scope or parameter name. */
const NAME = /^[A-Za-z][A-Za-z0-9_.:/-]{0,59}$/;
/** Generated secrets, codes and tokens are long words with digits in them. */
const SECRET = /(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{20,}/;

/** A name that came from outside, as the log may have it: what does not look like one may be a secret in the wrong place. Pure. */
export const shownName = (name: string): string => (NAME.test(name) && !SECRET.test(name) ? name : '(not a name)');
