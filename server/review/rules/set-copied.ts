import page from '../../../docs/rules/set-copied.md';
import { placeOf, sitesOf } from './code.js';
import { readPage } from './page.js';
import type { StateRule } from './rule.js';
import { nameOf } from './works.js';

export const setCopied: StateRule = {
  ...readPage(page),
  check({ index }) {
    const withIntegrity = new Set(
      sitesOf(index, 'bioset_integrity_create').map(({ fn, call: { args } }) => args[0] && nameOf(index, args[0], fn)),
    );
    return sitesOf(index, 'bioset_init_from_src').flatMap((site) => {
      const [set, source] = site.call.args.map((arg) => nameOf(index, arg, site.fn));
      if (!set || !source || !withIntegrity.has(source) || withIntegrity.has(set)) return [];
      const { path, name } = site.fn;
      return [
        {
          key: `${name}:${set}`,
          message: `${name}() makes ${set} anew with the parameters of ${source}: what ${source} has allocated is not used, and its integrity pools are not made again`,
          set,
          place: placeOf(site),
          evidence: [{ path, function: name, text: 'bioset_init_from_src' }],
          related: [],
        },
      ];
    });
  },
};
