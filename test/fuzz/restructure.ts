import type { Random } from './random.js';

type Tree = unknown;

const odd: readonly [Tree, ...Tree[]] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  3,
  0.5,
  2 ** 31,
  1e300,
  '',
  'x',
  'n * 2',
  '__proto__',
  '../../etc/passwd',
  [],
  {},
  [[]],
  [null],
];

const isTree = (value: Tree): value is object => typeof value === 'object' && value !== null;

/** All mappings and lists in a value, itself first. */
function branchesOf(value: Tree): object[] {
  return isTree(value) ? [value, ...Object.values(value).flatMap(branchesOf)] : [];
}

/** Sets a key whatever its name: an assignment to `__proto__` would do something else. */
function put(branch: object, key: string, value: Tree): void {
  Object.defineProperty(branch, key, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * A copy of a value of JSON or YAML with a few parts replaced, removed, doubled, renamed or moved in from another value: damage
 * that a parser of the format lets through.
 */
export function restructure(value: Tree, other: Tree, random: Random): Tree {
  const copy = structuredClone(value);
  const branches = branchesOf(copy);
  const parts = branchesOf(other).flatMap((branch) => Object.values(branch));
  const names = branchesOf(other).flatMap((branch) => (Array.isArray(branch) ? [] : Object.keys(branch)));
  for (let left = 1 + random.below(3); left > 0; left--) {
    const branch = branches[random.below(branches.length)] as Record<string, Tree> | undefined;
    if (branch === undefined) return random.pick(odd);
    const keys = Object.keys(branch);
    const key = keys[random.below(keys.length)] ?? 'x';
    const part = structuredClone(parts[random.below(parts.length)]);
    switch (random.below(5)) {
      case 0:
        branch[key] = structuredClone(random.pick(odd));
        break;
      case 1:
        branch[key] = part;
        break;
      case 2:
        if (Array.isArray(branch)) branch.splice(random.below(branch.length), 1);
        else delete branch[key];
        break;
      case 3:
        if (Array.isArray(branch)) branch.push(part);
        else put(branch, names[random.below(names.length)] ?? 'x', part);
        break;
      default:
        if (Array.isArray(branch)) branch.reverse();
        else put(branch, names[random.below(names.length)] ?? 'x', branch[key]);
    }
  }
  return copy;
}
