import page from '../../../docs/rules/annotation.md';
import type { CFile } from '../../c/types.js';
import { notesInComments } from '../../model/extract/comments.js';
import { ScenarioError } from '../../model/yaml.js';
import { asked } from './asked.js';
import { readPage } from './page.js';
import type { RawFinding, StateRule } from './rule.js';

export const annotation: StateRule = {
  ...readPage(page),
  check: (facts) =>
    asked(facts, facts.index.files)
      .filter(({ known }) => known === null)
      .flatMap(mistakesIn),
};

function mistakesIn(file: CFile): readonly RawFinding[] {
  try {
    notesInComments([file]);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.mistakes.map(({ range, reason }) => ({
      key: `${file.path}:${reason}`,
      message: reason,
      set: null,
      place: { path: file.path, function: null, range },
      evidence: [],
      related: [],
    }));
  }
}
