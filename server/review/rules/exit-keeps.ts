import page from '../../../docs/rules/exit-keeps.md';
import type { CFunction } from '../../c/types.js';
import { bare, calleeName, callsIn, walkExprs } from '../../c/walk.js';
import { reachedFrom } from './code.js';
import { readPage } from './page.js';
import type { StateRule } from './rule.js';

const frees = /^(?:kfree|kvfree|free_percpu|destroy_workqueue|mempool_destroy)$/;

export const exitKeeps: StateRule = {
  ...readPage(page),
  check: ({ index }) =>
    index
      .functionsNamed('bioset_exit')
      .flatMap((exit) => [...reachedFrom(index, exit, 2)])
      .flatMap((fn) =>
        callsIn(fn.body ?? []).flatMap(({ call }) => {
          const [freed] = call.args.map(bare);
          const name = calleeName(call) ?? '';
          if (freed?.kind !== 'field' || !freed.arrow || !frees.test(name) || isCleared(fn, freed.text)) return [];
          return [
            {
              key: `${fn.name}:${freed.text}`,
              message: `${fn.name}() frees ${freed.text} and keeps the pointer: a second bioset_exit() frees it again`,
              set: null,
              place: { path: fn.path, function: fn.name, range: call.range },
              evidence: [freed.text, name].map((text) => ({ path: fn.path, function: fn.name, text })),
              related: [],
            },
          ];
        }),
      ),
};

function isCleared({ body }: CFunction, field: string): boolean {
  let cleared = false;
  walkExprs(body ?? [], (expr) => {
    if (expr.kind === 'assign' && expr.left.text === field && bare(expr.right).text === 'NULL') cleared = true;
  });
  return cleared;
}
