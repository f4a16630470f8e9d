/** Imports a file of the build, which is what is measured; the caller says of which source it is. */
export const built = (file: string): Promise<unknown> => import(new URL(`../../dist/${file}`, import.meta.url).href);
