import type { Texts } from '../locales/en.js';

/** A link to another way of doing what the page asks for. */
export interface OtherWay {
  readonly name: string;
  readonly href: string;
}

/** Links to the other ways, if there are any. */
export function OtherWays({ ways, texts }: { readonly ways: readonly OtherWay[]; readonly texts: Texts }) {
  if (ways.length === 0) return null;
  return (
    <p>
      {texts.secondFactor.otherWays}
      {ways.map(({ name, href }) => (
        <>
          {' '}
          <a href={href}>{name}</a>
        </>
      ))}
    </p>
  );
}
