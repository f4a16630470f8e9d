import type { Instant } from '../../base/clock.js';
import type { TrustedFact } from '../../realm/resource-servers/resource-server.js';

/** The content of a field of `context` in a decision request. */
interface FieldValues {
  /** A caller's name for something. */
  readonly name: string;
  /** An IP address, perhaps unreadable. */
  readonly address: string;
  /** Seconds since 1970, as in tokens. */
  readonly seconds: number;
}
export type FieldKind = keyof FieldValues;
type FieldKinds = Readonly<Record<string, FieldKind>>;
/** Fields of these kinds, as read from `context`. */
export type FieldsRead<Kinds extends FieldKinds> = { readonly [Field in keyof Kinds]?: FieldValues[Kinds[Field]] };

/** Sources of facts that no caller states. Without its source a fact stays unknown. */
export interface FactSources {
  /** The number of active sessions of the user. */
  readonly sessions?: () => Promise<number>;
}

/** The value of an option, or a description of valid values: `takes` in words, or `names` as a complete list. */
export type OptionRead<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly takes: string }
  | { readonly ok: false; readonly names: readonly string[] };

/** One circumstance of a question, with its sources and its readers. An unknown fact grants nothing. */
export interface Fact<Name extends string, Field extends string, Value, Kinds extends FieldKinds> {
  /** The name under which a limitation reports it missing. The sentences of `fact-unknown` have words for it. */
  readonly name: Name;
  /** Its field in the context of an evaluation. */
  readonly field: Field;
  /** How a resource server that is trusted for it states it. */
  readonly stated?: {
    readonly trust: TrustedFact;
    /** Fields of `context` in a decision request. The fact is stated if the first of them is there. */
    readonly fields: Kinds;
    read(fields: FieldsRead<Kinds>): Value | undefined;
  };
  /** How it is looked up. It is looked up only if one of these kinds of limitation, or its variable, may be read. */
  readonly found?: {
    readonly limitations: readonly string[];
    /** @param known the facts that are known already: those stated, and those before it in the list */
    find(known: object, sources: FactSources): Promise<Value | undefined>;
  };
  /** The variable of expressions that holds it, with its CEL type. */
  readonly variable?: { readonly name: string; readonly type: string; value(fact: Value): unknown };
  /** The option of `gatehouse decide` that states it. */
  readonly option?: {
    readonly name: string;
    readonly help: string;
    read(text: string, at: Instant): OptionRead<Value>;
  };
}

/** A fact of any kind, for code that goes through a list of facts. */
export type AnyFact = Fact<string, string, unknown, FieldKinds>;

/** Declares a fact whose value has this type. */
export const fact =
  <Value>() =>
  <const Name extends string, const Field extends string, const Kinds extends FieldKinds = FieldKinds>(
    declared: Fact<Name, Field, Value, Kinds>,
  ): Fact<Name, Field, Value, Kinds> =>
    declared;

/** The values of facts by their fields; unknown ones are absent. */
export type FactValues<One extends AnyFact> = {
  readonly [Each in One as Each['field']]?: Each extends Fact<string, string, infer Value, infer _Kinds>
    ? Value
    : never;
};

/** The kinds of all fields in which a resource server states these facts. A fact without fields has those of no name. */
export type StatedKinds<One extends AnyFact> = Together<
  One extends Fact<string, string, infer _Value, infer Kinds> ? (string extends keyof Kinds ? never : Kinds) : never
>;

/** An object with the fields of every object of a union. */
type Together<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
