/** Types are texts as the source writes them, the name taken out: `struct bio *`, `struct bio *[4]`, `void (*)(int)`. */

/** The tag of a struct or union type, pointers and arrays around it ignored; null for other types. */
export function structTag(type: string): string | null {
  return /\b(?:struct|union)\s+([\w:]+)/.exec(type)?.[1] ?? null;
}

/** What a pointer points to, or an array consists of; null for a type that is neither. */
export function dereference(type: string): string | null {
  if (/\(\*\)/.test(type)) return type.replace('(*)', '').replace(/ {2,}/g, ' ');
  const array = /^(.*?)\s*\[[^\]]*\](.*)$/s.exec(type);
  if (array) return `${array[1]}${array[2]}`.trim();
  const pointer = /^(.*?)\s*\*\s*(?:const|volatile)?$/s.exec(type);
  return pointer ? stripTrailing(`${pointer[1]}`) : null;
}

function stripTrailing(type: string): string {
  return type.replace(/\s+$/, '');
}

/** The type of `&lvalue`. */
export function pointerTo(type: string): string {
  return type.endsWith('*') ? `${type}*` : `${type} *`;
}

/** What calling a function pointer (or function type) returns; null when the type is no function's. */
export function resultOf(type: string): string | null {
  return /^(.*?)\s*\((?:\*\s*\w*)?\)\s*\(/s.exec(type)?.[1] ?? null;
}

/** The name a type begins with when it is no keyword's: a candidate for a typedef. */
export function typedefName(type: string): string | null {
  return /^(?:(?:const|volatile)\s+)*([A-Za-z_]\w*)/.exec(type.replace(/^(?:struct|union|enum)\s.*/, ''))?.[1] ?? null;
}
