/** What of xml-encryption is used. It has no types of its own. */
declare module 'xml-encryption' {
  export function decrypt(
    xml: string,
    options: {
      readonly key: string | Buffer;
      readonly disallowDecryptionWithInsecureAlgorithm: boolean;
      readonly warnInsecureAlgorithm: boolean;
    },
    callback: (error: Error | null, content?: string) => void,
  ): void;
}
