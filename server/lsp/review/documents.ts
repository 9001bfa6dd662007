import { messageOf, patchFileOf, seriesLinkOf } from './address.js';
import { imageIn, messageIn, textOfImage } from './image.js';
import type { Sessions } from './sessions.js';

/** The text of a document of a review; null for an address of something else. */
export async function reviewText(address: string, sessions: Sessions, signal: AbortSignal): Promise<string | null> {
  const message = messageOf(address);
  if (message !== null) {
    const { reading } = await sessions.open(message.input, signal);
    const series = reading.series[message.series];
    return (series && messageIn(series, message.patch)) ?? gone;
  }
  const file = patchFileOf(address);
  if (file === null) return seriesLinkOf(address) === null ? null : gone;
  // What a patch does to its files needs no simulation.
  const { stack } = await sessions.firstLook(file, signal);
  const image = stack && imageIn(stack, file.patch, file.side, file.path);
  return image ? textOfImage(image) : gone;
}

const gone =
  'The patches have changed: this file is no longer part of the review. Open it again from the Patch Review view.\n';
