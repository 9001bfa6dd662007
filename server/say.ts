/** Says a text of ours in the reader's language, with `{0}`, `{1}` … replaced by values. */
export type Say = (text: string, ...values: readonly (string | number)[]) => string;

/** Says texts by a table of translations with the English ones as keys. What is not in it, or no text there, is said in English. */
export function sayIn(texts: unknown): Say {
  const known = new Map(typeof texts === 'object' && texts !== null ? Object.entries(texts) : []);
  return (text, ...values) => {
    const said: unknown = known.get(text);
    const whole = typeof said === 'string' ? said : text;
    return whole.replace(/\{(\d)\}/g, (slot, index: string) => String(values[Number(index)] ?? slot));
  };
}

export const inEnglish: Say = sayIn(null);
