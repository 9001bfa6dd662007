import page from '../../../docs/rules/unplug-waits.md';
import { guardsOf } from '../../c/guards.js';
import type { CIndex } from '../../c/index.js';
import type { CFunction } from '../../c/types.js';
import { bare, type Call, calleeName, callsIn } from '../../c/walk.js';
import { effectOf } from '../../kernel/effects.js';
import { reachedFrom, sitesOf } from './code.js';
import { readPage } from './page.js';
import type { StateRule } from './rule.js';

/** They write, and wait until it is written. */
const waitsByName = /^(?:md_)?bitmap_unplug$|^submit_bio_wait$|^sync_page_io$|^md_super_wait$|^blkdev_issue_flush$/;

export const unplugWaits: StateRule = {
  ...readPage(page),
  check({ index }) {
    const callbacks = sitesOf(index, 'blk_check_plugged').flatMap(({ fn, call }) =>
      index.functionsNamed(bare(call.args[0] ?? call).text, fn.path),
    );
    return [...new Set(callbacks)].flatMap((fn) => {
      const guards = guardsOf(fn);
      return callsIn(fn.body ?? []).flatMap(({ call }) => {
        const name = calleeName(call);
        if (name === null || !waitsForIo(index, fn, call)) return [];
        if (guards.holds(call.range, 'current->bio_list') === false) return [];
        return [
          {
            key: `${fn.name}:${name}`,
            message: `${fn.name}() is called when a plug ends, ${name}() waits for I/O, and the task may be handling a bio: what it submits is then parked on current->bio_list`,
            set: null,
            place: { path: fn.path, function: fn.name, range: call.range },
            evidence: ['bio_list', name].map((text) => ({ path: fn.path, function: fn.name, text })),
            related: [],
          },
        ];
      });
    });
  },
};

/** Whether a call submits bios and waits for something after it. */
function waitsForIo(index: CIndex, fn: CFunction, call: Call): boolean {
  const name = calleeName(call) ?? '';
  if (waitsByName.test(name)) return true;
  const [callee] = index.functionsNamed(name, fn.path);
  return callee !== undefined && [...reachedFrom(index, callee, 3)].some(submitsAndWaits);
}

function submitsAndWaits({ body }: CFunction): boolean {
  const names = callsIn(body ?? []).map(({ call }) => calleeName(call) ?? '');
  const waits = names.some((name) => effectOf(name)?.wait !== undefined || effectOf(name)?.completion !== undefined);
  return names.some((name) => waitsByName.test(name)) || (waits && names.some((name) => /^submit_b/.test(name)));
}
