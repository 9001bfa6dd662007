import { Aggregate, Cell, type Value } from './value.js';

/** An empty `struct bio_list`. */
export function emptyList(list: Cell): Cell {
  list.set(new Aggregate(false, 0));
  list.part('head').set(0);
  list.part('tail').set(0);
  return list;
}

/** bio_list_add(). */
export function addTail(list: Cell, bio: Cell): void {
  bio.part('bi_next').set(0);
  const tail = list.part('tail').value;
  if (tail instanceof Cell) tail.part('bi_next').set(bio);
  else list.part('head').set(bio);
  list.part('tail').set(bio);
}

/** Names of the bios on a list, in order. */
export function namesOn(list: Cell): string[] {
  const names: string[] = [];
  let bio = list.part('head').value;
  while (bio instanceof Cell && names.length < 100) {
    names.push(bio.name);
    bio = bio.part('bi_next').value;
  }
  return names;
}

function addHead(list: Cell, bio: Cell): void {
  bio.part('bi_next').set(list.part('head').value);
  list.part('head').set(bio);
  if (list.part('tail').value === 0) list.part('tail').set(bio);
}

function pop(list: Cell): Value {
  const bio = list.part('head').value;
  if (!(bio instanceof Cell)) return bio;
  const next = bio.part('bi_next').value;
  list.part('head').set(next);
  if (next === 0) list.part('tail').set(0);
  bio.part('bi_next').set(0);
  return bio;
}

function merge(list: Cell, other: Cell): void {
  const head = other.part('head').value;
  if (head === 0) return;
  const tail = list.part('tail').value;
  if (tail instanceof Cell) tail.part('bi_next').set(head);
  else list.part('head').set(head);
  list.part('tail').set(other.part('tail').value);
}

function mergeHead(list: Cell, other: Cell): void {
  const head = other.part('head').value;
  if (head === 0) return;
  const tail = other.part('tail').value;
  if (tail instanceof Cell && list.part('head').value !== 0) tail.part('bi_next').set(list.part('head').value);
  else list.part('tail').set(tail);
  list.part('head').set(head);
}

function take(list: Cell): Value {
  const head = list.part('head').value;
  emptyList(list);
  return head;
}

/** What `bio.h` changes lists with, for when that header is not in view. */
export const listActions: Readonly<Record<string, (list: Cell, other: Cell) => void>> = {
  bio_list_init: emptyList,
  bio_list_add: addTail,
  bio_list_add_head: addHead,
  bio_list_merge: merge,
  bio_list_merge_head: mergeHead,
  bio_list_merge_init: (list, other) => {
    merge(list, other);
    emptyList(other);
  },
};

/** What it asks lists with. */
export const listQueries: Readonly<Record<string, (list: Cell) => Value>> = {
  bio_list_empty: (list) => (list.part('head').value === 0 ? 1 : 0),
  bio_list_peek: (list) => list.part('head').value,
  bio_list_pop: pop,
  bio_list_get: take,
};
