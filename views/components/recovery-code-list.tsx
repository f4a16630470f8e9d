import type { Texts } from '../locales/en.js';

/** Recovery codes in the clear, for the only time. */
export function RecoveryCodeList({ codes, texts }: { readonly codes: readonly string[]; readonly texts: Texts }) {
  const words = texts.secondFactor.recovery;
  return (
    <>
      <p>{words.explains}</p>
      <ul class="codes" aria-label={words.list}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </>
  );
}
