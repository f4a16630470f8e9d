import type { Texts } from '../locales/en.js';

interface RecoveryCodeListProps {
  readonly codes: readonly string[];
  readonly realmName: string;
  readonly texts: Texts;
}

/**
 * Recovery codes in the clear, for the only time. The file to keep is in the link itself: no request asks for them again, and
 * none could be answered.
 */
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
