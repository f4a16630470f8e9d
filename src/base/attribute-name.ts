/** What an attribute of people may be called. */
export const ATTRIBUTE_NAME = /^[A-Za-z][A-Za-z0-9._-]{0,99}$/;
