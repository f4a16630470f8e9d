/** Imports a file of the build; the caller says of which source it is. Node runs these scripts as they are, and the sources name files of the build. */
export const built = (file: string): Promise<unknown> => import(new URL(`../../dist/${file}`, import.meta.url).href);
