import { hasHiddenText } from '../c/hidden.js';
import { primitiveNames } from './primitives.js';

const parts = [
  'bio_set',
  'bioset',
  'bio_list',
  'bi_pool',
  'rescue_(?:work|list|lock)',
  'BIOSET_',
  'mempool_',
  'bio_alloc',
  'bio_clone',
  'bio_split',
  'make_request',
  'submit_bio',
];
const ofBios = new RegExp(
  `${parts.join('|')}|\\b(?:${primitiveNames('alloc', 'clone', 'split', 'chain', 'submit', 'pool-create').join('|')})\\b`,
);
const anyPrimitive = new RegExp(`${ofBios.source}|\\b(?:${primitiveNames().join('|')})\\b`);
const ofFile = new RegExp(`${ofBios.source}|struct bio\\b|bio_(?:put|endio|io_error)\\b|request_queue|prepare_to_wait`);

/**
 * Whether a file can matter to bio_sets at all, or hides something; the cheap test before parsing. Headers with the types
 * pass it.
 */
export function wantsFile(text: string): boolean {
  return ofFile.test(text) || hasHiddenText(text);
}

/** Whether the body of a function can matter; what `CParser.parse` asks. */
export function wantsFunction(text: string): boolean {
  return anyPrimitive.test(text);
}
