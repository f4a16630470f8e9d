import { blocksAt } from '../base/block.js';
import { now } from '../base/clock.js';
import type { Locale } from '../base/locale.js';
import { shortened } from '../base/text/shortened.js';
import type { ConnectorView } from '../federation/connectors/connector-service.js';
import type { SignInExplanation } from '../federation/provisioning/explain-sign-in.js';
import type { SignInPlan } from '../federation/provisioning/plan-sign-in.js';
import type { JudgedRule } from '../federation/provisioning/sign-in-rules.js';
import {
  accessChanges,
  accessOf,
  type ExplainedChanges,
  fieldChanges,
  mirrorChanges,
} from '../federation/provisioning/sign-in-changes.js';
import { blockText } from './describe-block.js';
import { CHANGE_WORDS, RESULT_WORDS, RULE_WORDS } from './sign-in-words.js';
import { sentence } from './sentence.js';

/** A sign-in that nobody made, and what it would do. */
export type ExplainedSignIn = SignInExplanation &
  ExplainedChanges & {
    readonly connector: Pick<ConnectorView, 'id' | 'enabled' | 'provisioning'>;
    /** Why the directory refuses the user. */
    readonly bar?: string;
  };

/** What a sign-in would do, in sentences; the last one says who would come out. */
export function signInResultTexts(explained: ExplainedSignIn, language: Locale): string[] {
  const { connector, bar, plan, update } = explained;
  const words = RESULT_WORDS[language];
  const blocks = update ? blocksAt(update, now()) : [];
  return [
    ...(connector.enabled ? [] : [words.disabled(connector.id)]),
    ...(bar === undefined ? [] : [words.bar(bar)]),
    ...(blocks.length === 0 ? [] : [words.refused(blocks.map((block) => blockText(block, language)).join('; '))]),
    resultText(connector, plan, language),
  ];
}

/** Each rule of the connector about who may sign in, and whether the user fulfils it. */
export const signInRuleTexts = ({ rules }: Pick<ExplainedSignIn, 'rules'>, language: Locale): string[] =>
  rules.map((judged) => {
    const words = RULE_WORDS[language];
    const outcome = judged.isMet === undefined ? words.atSignIn : judged.isMet ? words.met : words.notMet;
    return `${ruleText(judged, language)}: ${outcome}`;
  });

function ruleText(judged: JudgedRule, language: Locale): string {
  const words = RULE_WORDS[language];
  switch (judged.rule) {
    case 'rule-domains':
      return words[judged.rule](judged.domains);
    case 'rule-claims':
      return words[judged.rule](judged.claim, judged.values.map(shortened));
    case 'rule-max-age':
      return words[judged.rule](judged.seconds);
  }
}

function resultText({ id, provisioning }: ExplainedSignIn['connector'], plan: SignInPlan, language: Locale): string {
  const words = RESULT_WORDS[language];
  switch (plan.kind) {
    case 'linked':
      return words.linked(`${plan.user.username} (${plan.user.id})`);
    case 'joins':
      return words.joins(`${plan.user.username} (${plan.user.id})`, words.because[plan.because](id));
    case 'creates':
      return words.creates(plan.made.username, id);
    case 'asks-account':
      return words.asksAccount(plan.mayCreate);
    case 'asks-fields':
      return words.asksFields(plan.missing.join(', '), plan.made.username, id);
    case 'refused':
      return words.refused(words.reasons[plan.reason](provisioning.mode));
  }
}

/** What a sign-in would change, one line for each change. Empty: there is nothing to change. */
export function signInChangeTexts(explained: ExplainedSignIn, language: Locale): string[] {
  const { plan, update } = explained;
  if (plan.kind === 'refused' || plan.kind === 'asks-account') return [];
  const words = CHANGE_WORDS[language];
  const nameFault = 'made' in plan ? plan.made.nameFault : update?.fields.nameFault;
  const access = accessOf(explained);
  const { tooMany = 0, nameTaken = 0 } = access?.mirrors.leftOut ?? {};
  const lines = [
    ...fieldChanges(explained).map(({ field, before, after }) =>
      before === undefined ? `${field}: ${shortened(after)}` : `${field}: ${shortened(before)} -> ${shortened(after)}`,
    ),
    ...(nameFault ? [words.nameFault(sentence(nameFault, language))] : []),
    ...mirrorChanges(explained).map(({ name, change, from }) =>
      change === 'created' ? words.mirrored(name, JSON.stringify(shortened(from))) : words.renamed(from, name),
    ),
    ...(tooMany > 0 ? [words.tooMany(tooMany)] : []),
    ...(nameTaken > 0 ? [words.nameTaken(nameTaken)] : []),
    ...accessChanges(explained).map(({ kind, name, change }) => words.access[kind][change](name)),
    ...(access?.conflict ? [words.conflict(sentence(access.conflict, language))] : []),
    ...(access?.unknown ?? []).map((target) => words.unknown(target)),
    ...(access ? [] : [words.groupsNotTold]),
  ];
  return lines.length === 0 ? [words.none] : lines;
}
