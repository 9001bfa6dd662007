import type { CFunction, Parameter } from '../../c/types.js';
import type { Context } from './context.js';
import { standIn } from './note-steps.js';

const isBio = ({ type }: Parameter): boolean => /^(?:const )?struct bio \*$/.test(type);
const isBioPlace = ({ type }: Parameter): boolean => /^struct bio \*\s*\*$/.test(type);

/**
 * The function that the bios of a stack come to. One that gives a bio back, as `struct bio *` or in a `struct bio **`, like
 * __blk_queue_bounce(), prepares it for a disk: then what it gives goes there, unless it says NULL or false.
 */
export function entryOf(context: Pick<Context, 'parser'>, fn: CFunction): CFunction {
  const returns = /\bstruct bio \*$/.test(fn.returnType) && fn.params.some(isBio);
  if (!returns && !fn.params.some(isBioPlace)) return fn;
  const args = fn.params.map((param) => (isBioPlace(param) ? '&bio' : isBio(param) ? 'bio' : param.name));
  const call = `${fn.name}(${args.join(', ')})`;
  const isTest = /\bbool$/.test(fn.returnType);
  const made = returns ? `bio = ${call}; if (!bio) return;` : isTest ? `if (!${call}) return;` : `${call};`;
  const body = `${made} bio_set_dev(bio, disk); submit_bio_noacct(bio);`;
  const params = fn.params.map((param) =>
    isBioPlace(param) || isBio(param) ? { name: 'bio', type: 'struct bio *' } : param,
  );
  return { ...standIn(context, fn, body), params };
}
