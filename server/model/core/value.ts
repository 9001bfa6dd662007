/** What the concrete interpreter computes with. A number is an integer, NULL or a truth; a `Cell` is a pointer to it. */
export type Value = number | Cell | Aggregate | Routine | Unknown;

/** What the code in view does not say. */
export class Unknown {
  constructor(readonly why: string) {}
}

/** A function as a value: what an ops table or a queue points to. */
export class Routine {
  constructor(
    readonly name: string,
    readonly run: (args: readonly Value[]) => Value,
  ) {}
}

/** A structure or an array. Its parts come into being when somebody asks for them. */
export class Aggregate {
  readonly parts = new Map<string | number, Cell>();

  /** `fill` is what parts are that nobody has set: 0 after `{ }` or in static memory. */
  constructor(
    readonly isArray: boolean,
    readonly fill: Value,
    /** Of an array; an index beyond it is a mistake of the code. */
    readonly length: number | null = null,
  ) {}
}

/** A place in memory. Two pointers are equal if they are the same cell. */
export class Cell {
  #value: Value | null = null;

  constructor(
    /** For the probes: which bio, set or list it is. */
    readonly name: string,
    /** The structure or array that this is a part of. */
    readonly parent: Cell | null = null,
    readonly key: string | number = '',
  ) {}

  get value(): Value {
    return this.#value ?? new Unknown(`${this.name} is not set`);
  }

  /** A structure is copied, part by part: pointers into it stay what they are. */
  set(value: Value): void {
    if (!(value instanceof Aggregate)) {
      this.#value = value;
      return;
    }
    const own = new Aggregate(value.isArray, value.fill, value.length);
    const before = this.#value instanceof Aggregate ? this.#value.parts : new Map<string | number, Cell>();
    const values = [...value.parts].map(([key, part]): [string | number, Value] => [key, part.value]);
    this.#value = own;
    for (const [key, part] of before) {
      own.parts.set(key, part);
      part.set(own.fill);
    }
    for (const [key, part] of values) this.part(key).set(part);
  }

  /** A field or an element; whatever was here before becomes a structure. Null beyond the end of an array. */
  part(key: string | number): Cell;
  part(key: string | number): Cell {
    if (!(this.#value instanceof Aggregate))
      this.#value = new Aggregate(typeof key === 'number', new Unknown(`${this.name} is not set`));
    const known = this.#value.parts.get(key);
    if (known) return known;
    const part = new Cell(typeof key === 'number' ? `${this.name}[${key}]` : `${this.name}.${key}`, this, key);
    part.#value = this.#value.fill instanceof Unknown ? null : this.#value.fill;
    this.#value.parts.set(key, part);
    return part;
  }
}

/** Whether a value counts as true; null if that is not known. */
export function truth(value: Value): boolean | null {
  if (value instanceof Unknown) return null;
  return value !== 0;
}
