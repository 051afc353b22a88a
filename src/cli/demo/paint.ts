const CODES = { bold: 1, dim: 2, green: 32, red: 31, cyan: 36, yellow: 33 } as const;

export type Style = keyof typeof CODES;

/** Colours a text, or leaves it. */
export type Paint = (style: Style, text: string) => string;

/** Colours for a terminal, unless NO_COLOR asks for none (no-color.org). */
export function paintFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Paint {
  if (!isTerminal || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return (_, text) => text;
  return (style, text) => `\u001B[${CODES[style]}m${text}\u001B[0m`;
}
