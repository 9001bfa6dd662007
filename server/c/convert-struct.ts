import { declaratorType, declaredName, typeText } from './convert-type.js';
import type { Source } from './source.js';
import { childOf, type Syntax } from './syntax.js';
import type { CField, CStruct } from './types.js';

/** What a struct or union definition holds: itself, the named structs inside it, and the bodies of inner enums. */
export interface Members {
  readonly structs: CStruct[];
  readonly constants: Syntax[];
}

/** The struct or union whose members are being read. */
interface Owner {
  readonly name: string;
  readonly inUnion: boolean;
  readonly fields: CField[];
  readonly members: Members;
}

/** Converts the definition `type` (a struct or union specifier with a body), called `name`. */
export function toMembers(type: Syntax, name: string, source: Source): Members {
  const members: Members = { structs: [], constants: [] };
  const fields: CField[] = [];
  members.structs.push({ name, range: source.range(type.start, type.end), fields });
  collect(type, { name, inUnion: false, fields, members }, source);
  return members;
}

function collect(type: Syntax, owner: Owner, source: Source): void {
  for (const child of childOf(type, 'body')?.children ?? []) {
    if (child.type === 'field_declaration') readField(child, owner, source);
  }
}

function readField(node: Syntax, owner: Owner, source: Source): void {
  const type = childOf(node, 'type');
  if (!type) return;
  const declarators = node.children.filter((child) => child.field === 'declarator');
  const body = childOf(type, 'body');
  let base = typeText(node, source);
  if (body && type.type === 'enum_specifier') owner.members.constants.push(body);
  else if (body) {
    const tag = childOf(type, 'name');
    const first = declarators[0] && declaredName(declarators[0]);
    if (!tag && !first) {
      collect(type, { ...owner, inUnion: owner.inUnion || type.type === 'union_specifier' }, source);
      return;
    }
    const member = first ? source.slice(first.start, first.end) : '';
    const inner = tag ? source.slice(tag.start, tag.end) : `${owner.name}::${member}`;
    if (!tag) base = `${base} ${inner}`;
    const below = toMembers(type, inner, source);
    owner.members.structs.push(...below.structs);
    owner.members.constants.push(...below.constants);
  }
  for (const declarator of declarators) {
    const name = declaredName(declarator);
    if (!name) continue;
    owner.fields.push({
      name: source.slice(name.start, name.end),
      type: declaratorType(base, declarator, source),
      range: source.range(name.start, name.end),
      inUnion: owner.inUnion,
    });
  }
}
