/** Plain http is for this machine only. */
const ADDRESS =
  /^(?:https:\/\/[^\s/?#@\\]+|http:\/\/(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?)(?:[/?][^\s#\\]*)?$/;

/** Whether people, and what is asked of a provider, may go there. */
export const isWebAddress = (text: string): boolean => ADDRESS.test(text) && URL.canParse(text);
