import page from '../../../docs/rules/hidden-text.md';
import { hiddenText } from '../../c/hidden.js';
import type { CFile } from '../../c/types.js';
import { kept } from '../../kept.js';
import { asked } from './asked.js';
import { readPage } from './page.js';
import type { RawFinding, StateRule } from './rule.js';

/** What is listed of one line: a line may consist of nothing else. */
const mostNamed = 3;

const hiddenIn = kept((file: CFile): readonly RawFinding[] => {
  const lines = file.text.split('\n');
  return hiddenText(file.text).map(({ range, what }) => {
    const fn = file.functions.find((one) => one.range.line <= range.line && range.line <= one.range.endLine);
    const named = fn?.name ?? null;
    const text = lines[range.line - 1] ?? '';
    const listed = what.length > mostNamed ? [...what.slice(0, mostNamed), 'and others'] : what;
    return {
      key: `${named}:${text.trim()}`,
      message: `this line has ${listed.join(', ')}: it is not what it looks like`,
      set: null,
      place: { path: file.path, function: named, range },
      evidence: [{ path: file.path, function: named, text: text.trim() }],
      related: [],
    };
  });
});

export const hiddenTextRule: StateRule = {
  ...readPage(page),
  check: (facts) => asked(facts, facts.index.files).flatMap(hiddenIn),
};
