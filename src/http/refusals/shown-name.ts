/** The form of a scope or parameter name. */
const NAME = /^[A-Za-z][A-Za-z0-9_.:/-]{0,59}$/;
/** Generated secrets, codes and tokens are long words that contain digits. */
const SECRET = /(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{20,}/;

/** An external name in a safe form for the log: text that does not look like a name may be a misplaced secret. Pure. */
export const shownName = (name: string): string => (NAME.test(name) && !SECRET.test(name) ? name : '(not a name)');
