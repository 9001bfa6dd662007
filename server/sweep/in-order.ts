/** Works on up to `most` items at a time and gives the results in the order of the items. Takes items as results are taken. */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  most: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  for await (const item of items) {
    running.push(work(item));
    const oldest = running.length >= most ? running.shift() : undefined;
    if (oldest) yield await oldest;
  }
  for (let oldest = running.shift(); oldest; oldest = running.shift()) yield await oldest;
}
