import type { RecordKind } from '../../src/audit/kinds/record-kind.ts';

type Kinds = Readonly<Record<string, RecordKind>>;

const BEGIN =
  '<!-- Made from src/audit/kinds/ by scripts/audit-page.ts, up to the end of the page: change it there. -->';

/** docs/audit.md with its section of kinds renewed; what is before it stays as written. */
export function auditPage(page: string, topics: Readonly<Record<string, Kinds>>): string {
  const [written = ''] = page.split(BEGIN);
  const sections = Object.entries(topics).map(([topic, kinds]) => sectionOf(topic, kinds));
  return `${written}${BEGIN}\n\n${TEXT}\n${sections.join('\n')}`;
}

const TEXT = `## Kinds of record

An outcome is \`success\` or \`failure\`. \`reasons\` are the codes of [Why something was refused](refusals.md). The examples leave out what every record
has: \`id\`, \`at\`, \`requestId\` and the MAC. \`actor\` and \`subject\` are sealed in the store. If a record stands for several
events, its \`details\` also hold \`count\`, \`firstAt\`, \`lastAt\`, and what distinguishes the \`first\` and the \`last\` of them.
`;

function sectionOf(topic: string, kinds: Kinds): string {
  const rows = Object.entries(kinds).map(
    ([kind, { when, outcomes, why, details }]) =>
      `| \`${kind}\` | ${when} | ${outcomes.join(', ')} | ${whyIn(why)} | ${fieldsIn(details)} |`,
  );
  const examples = Object.entries(kinds).map(([kind, { example }]) => JSON.stringify({ kind, ...example }));
  return `### ${topic}

| Kind | What happened | Outcome | \`why\` | \`details\` |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

\`\`\`jsonl
${examples.join('\n')}
\`\`\`
`;
}

const whyIn = (why: RecordKind['why']): string => (why === 'reasons' ? 'reasons' : fieldsIn(why));

const fieldsIn = (fields: Readonly<Record<string, string>> = {}): string =>
  Object.entries(fields)
    .map(([field, meaning]) => `\`${field}\`: ${meaning}`)
    .join('<br>');
