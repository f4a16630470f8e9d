/** Texts of the layout of every page. */
export const layout = {
  signedInAs: (person: string) => `Signed in as ${person}`,
  errorTitle: (title: string) => `Error: ${title}`,
};
