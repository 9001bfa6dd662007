/**
 * Keeps what `find` gives for an object as long as that lives. Files and functions that nobody edits are the same objects in
 * all states of a series.
 */
export function kept<Key extends object, Value>(find: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const entry = known.get(key) ?? { value: find(key) };
    known.set(key, entry);
    return entry.value;
  };
}
