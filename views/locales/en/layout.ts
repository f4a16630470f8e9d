/** What stands around every page. */
export const layout = {
  errorTitle: (title: string) => `Error: ${title}`,
};
