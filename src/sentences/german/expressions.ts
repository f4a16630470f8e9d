import type { ExpressionFault } from '../../base/expressions/expression-problems.js';
import type { Sentences } from '../sentences.js';

export const expressionSentences = {
  expression: ({ fault, variables }) =>
    `Dieser Ausdruck kann nicht verwendet werden: ${why(fault)}.` +
    (variables === undefined ? '' : ` Er kann auf diese Variablen zugreifen: ${variables.join(', ')}.`),
  'behaviour-count-form': ({ days }) =>
    'behaviour.count braucht ein Ereignis aus a bis z, 0 bis 9 und - sowie eine Zahl von Tagen von 1 bis ' +
    `${days}, beides ausgeschrieben: behaviour.count("purchase", 30).`,
} as const satisfies Partial<Sentences>;

const WHAT = { function: 'Funktion', variable: 'Variable' } as const;

function why(fault: ExpressionFault): string {
  switch (fault.is) {
    case 'too-long':
      return `Er ist länger als ${fault.most} Zeichen`;
    case 'nested-too-deeply':
      return 'Er ist zu tief verschachtelt';
    case 'unreadable':
      return 'Er ist nicht lesbar';
    case 'wrong':
      return `Die Prüfung meldet „${fault.said}“`;
    case 'no-condition':
      return `Er ergibt ${fault.type}, muss aber wahr oder falsch ergeben`;
    case 'no-text':
      return `Er ergibt ${fault.type}, muss aber einen Text ergeben`;
    case 'too-dear':
      return `Er braucht bis zu ${fault.steps} Schritte, erlaubt sind ${fault.most}. Prüfungen über Listen vervielfachen, was in ihnen steht`;
    case 'bytes':
      return 'Bytes und vorzeichenlose Zahlen werden nicht unterstützt';
    case 'optional-fields':
      return 'Optionale Felder (.?) werden nicht unterstützt. has() prüft, ob ein Feld vorhanden ist';
    case 'timestamp':
      return 'timestamp braucht einen ausgeschriebenen Zeitpunkt mit Zeitzone, etwa "2026-12-24T00:00:00Z"';
    case 'zone':
      return `${fault.name} nimmt keine Zeitzone an und rechnet in UTC. Die Einschränkung time kennt Zeitzonen`;
    case 'name-in-use':
      return `Der Name ${fault.name} ist schon vergeben. ${fault.test} braucht einen eigenen`;
    case 'unknown-name': {
      const { what, name, meant, known } = fault;
      return `Die ${WHAT[what]} ${name} gibt es hier nicht${meant === undefined ? '' : ` (meinten Sie ${meant}?)`}. Möglich: ${known.join(', ')}`;
    }
  }
}
