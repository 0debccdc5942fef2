/**
 * The expression language of list filters (panel API, Camdroid pages):
 * `identifier_number eq '3090069' and (lock eq 'all' or not identifier_type eq 'qr')`.
 * `not` binds closer than `and`, `and` closer than `or`. Text stands in single quotes, a quote in it
 * is written twice; whole numbers need no quotes.
 */

/** Comparisons of the language, as its pages name them. */
export const operators = ['eq', 'nq', 'gt', 'lt', 'ge', 'le'] as const;
export type Operator = (typeof operators)[number];

/** One field against one value; what the value means is the field's business. */
export interface Comparison {
  readonly kind: 'compare';
  readonly field: string;
  readonly operator: Operator;
  readonly value: string;
}

/** What a filter says. `and` and `or` have at least two parts. */
export type Expression =
  | Comparison
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] };

/** Bounds within which a filter is read: it costs little and never overflows the stack. */
export const filterLimits = { characters: 4096, depth: 32, comparisons: 100 } as const;

type Token =
  | { readonly kind: 'open' | 'close' | 'end' }
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string };

/** What `text` says; undefined when it is not understood, or is beyond `filterLimits`. */
export function parseExpression(text: string): Expression | undefined {
  if (text.length > filterLimits.characters) return undefined;
  const tokens = tokensOf(text);
  if (!tokens) return undefined;
  const parser = new Parser(tokens);
  const expression = parser.or(0);
  return expression && parser.atEnd() ? expression : undefined;
}

function tokensOf(text: string): Token[] | undefined {
  const end = text.trimEnd().length;
  const tokens: Token[] = [];
  // Bracket, bracket, text in quotes, whole number, word.
  const tokenAt =
    /\s*(?:(?<open>\()|(?<close>\))|'(?<text>(?:[^']|'')*)'|(?<integer>-?[0-9]+)(?![\w.])|(?<word>[A-Za-z_][\w.]*))/y;
  while (tokenAt.lastIndex < end) {
    const groups = tokenAt.exec(text)?.groups;
    if (!groups) return undefined;
    if (groups.open) tokens.push({ kind: 'open' });
    else if (groups.close) tokens.push({ kind: 'close' });
    else if (groups.word) tokens.push({ kind: 'word', text: groups.word });
    else {
      const value = groups.integer ?? groups.text?.replaceAll("''", "'") ?? '';
      tokens.push({ kind: 'value', text: value });
    }
  }
  return tokens;
}

/** One method a rule, each undefined when the tokens do not follow it. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #comparisons = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  atEnd(): boolean {
    return this.#next === this.#tokens.length;
  }

  or(depth: number): Expression | undefined {
    return this.#joined('or', () => this.#joined('and', () => this.#negated(depth)));
  }

  #joined(kind: 'and' | 'or', part: () => Expression | undefined): Expression | undefined {
    const parts: Expression[] = [];
    do {
      const one = part();
      if (!one) return undefined;
      parts.push(one);
    } while (this.#takeWord(kind));
    return parts.length === 1 ? parts[0] : { kind, of: parts };
  }

  #negated(depth: number): Expression | undefined {
    if (depth > filterLimits.depth) return undefined;
    if (this.#takeWord('not')) {
      const of = this.#negated(depth + 1);
      return of && { kind: 'not', of };
    }
    if (this.#peek().kind !== 'open') return this.#comparison();
    this.#next += 1;
    const inside = this.or(depth + 1);
    return inside && this.#take().kind === 'close' ? inside : undefined;
  }

  #comparison(): Expression | undefined {
    const [field, word, value] = [this.#take(), this.#take(), this.#take()];
    if (field.kind !== 'word' || word.kind !== 'word' || value.kind !== 'value') return undefined;
    const operator = operators.find((name) => name === word.text.toLowerCase());
    this.#comparisons += 1;
    if (!operator || this.#comparisons > filterLimits.comparisons) return undefined;
    return { kind: 'compare', field: field.text, operator, value: value.text };
  }

  #takeWord(name: string): boolean {
    const token = this.#peek();
    const found = token.kind === 'word' && token.text.toLowerCase() === name;
    if (found) this.#next += 1;
    return found;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end' };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }
}
