/** How a check is evaluated and what may stand on its right. */
export type Operator =
  | 'exists'
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'contains'
  | 'icontains'
  | 'bcontains'
  | 'startswith'
  | 'bstartswith'
  | 'endswith'
  | 'glob'
  | 'iglob'
  | 'regex'
  | 'in'
  | 'intersects'
  | 'pmatch';

/** Before a list: how many of its values must match. */
export type Modifier = 'oneof' | 'anyof' | 'allof';

/** Operators with a number on the right, the longer spelling before its prefix. */
export const NUMBER_OPERATORS = ['<=', '<', '>=', '>'] as const satisfies readonly Operator[];

/** Operators with a string on the right, or a modifier and a list. Those in letters want a blank behind them. */
export const STRING_OPERATORS = {
  '==': '=',
  '=': '=',
  '!=': '!=',
  glob: 'glob',
  iglob: 'iglob',
  contains: 'contains',
  icontains: 'icontains',
  bcontains: 'bcontains',
  startswith: 'startswith',
  bstartswith: 'bstartswith',
  endswith: 'endswith',
  regex: 'regex',
} as const satisfies Readonly<Record<string, Operator>>;

/** Operators with a list on the right. */
export const LIST_OPERATORS = ['intersects', 'in', 'pmatch'] as const satisfies readonly Operator[];

export const MODIFIERS = ['oneof', 'anyof', 'allof'] as const satisfies readonly Modifier[];

/** Functions over fields. `val` stands only on the right and takes a field as it is. */
export const TRANSFORMERS = ['tolower', 'toupper', 'b64', 'basename', 'len', 'join', 'concat', 'getopt'] as const;

export type Transformer = (typeof TRANSFORMERS)[number];

/** Every spelling of an operator, for messages. */
export const OPERATOR_NAMES: readonly string[] = [
  'exists',
  ...NUMBER_OPERATORS,
  ...Object.keys(STRING_OPERATORS),
  ...LIST_OPERATORS,
];

/** Whether `text` is a string operator and a modifier, such as `startswith oneof`. */
export function isModifiedOperator(text: string): boolean {
  const [operator = '', modifier = '', ...rest] = text.split(' ');
  return (
    rest.length === 0 && Object.hasOwn(STRING_OPERATORS, operator) && MODIFIERS.some((known) => known === modifier)
  );
}

/** Whether the operator's right side is a list in parentheses. */
export function takesList(text: string): boolean {
  return LIST_OPERATORS.some((operator) => operator === text) || isModifiedOperator(text);
}
