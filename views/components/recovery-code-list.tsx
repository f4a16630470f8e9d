import type { Texts } from '../locales/en.js';

interface RecoveryCodeListProps {
  readonly codes: readonly string[];
  readonly realmName: string;
  readonly texts: Texts;
}

/** Shows the recovery codes in plain text, once. The download is a `data:` link, because the server cannot show them again. */
export function RecoveryCodeList({ codes, realmName, texts }: RecoveryCodeListProps) {
  const words = texts.secondFactor.recovery;
  const file = [words.fileTitle(realmName), '', ...codes, ''].join('\r\n');
  return (
    <>
      <p>{words.explains}</p>
      <ul class="codes" aria-label={words.list} data-copy={words.copy} data-copied={words.copied}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p>
        <a href={`data:text/plain;charset=utf-8,${encodeURIComponent(file)}`} download={words.fileName}>
          {words.download}
        </a>
      </p>
    </>
  );
}
