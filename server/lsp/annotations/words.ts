import type { CIndex } from '../../c/index.js';
import type { FunctionNote, NoteStep } from '../../model/extract/notes.js';
import { describeStep } from '../../model/extract/words.js';
import { codeSpan, escapeMarkdown } from '../../review/formats/markdown.js';

/** What an annotation of a function says and what is otherwise without it, as Markdown paragraphs. */
export function describeNote(name: string, note: FunctionNote, index: CIndex): readonly string[] {
  const { does, first, body, returns, assumes } = note;
  const steps = (list: readonly NoteStep[]): string => list.map(inWords).join('; ');
  const says = [
    ...(body === null ? [] : [`instead of its body: ${codeSpan(body.replace(/\s+/g, ' ').trim())}`]),
    ...(first.length > 0 ? [`when it is entered, ${steps(first)}; then its body is followed`] : []),
    ...(does !== null && does.length > 0 ? [`instead of its body, it ${steps(does)}`] : []),
    ...(body === null && first.length === 0 && (does ?? []).length === 0 ? ['it has no effect and never blocks'] : []),
    ...(returns === null ? [] : [`its value is ${codeSpan(returns)}`]),
    ...(assumes === undefined ? [] : [`assumed: ${escapeMarkdown(assumes)}`]),
  ];
  return [
    `${codeSpan(`${name}()`)} — annotation`,
    says.map((line) => `- ${line}`).join('\n'),
    `*In the programs:* ${changes(name, note, index)}`,
  ];
}

function inWords(step: NoteStep): string {
  return step.do === 'call' ? `does ${codeSpan(step.call)}` : escapeMarkdown(describeStep(step));
}

function changes(name: string, { first }: FunctionNote, index: CIndex): string {
  const callers = index.callers(name);
  const places = new Set(callers.map(({ caller }) => `${caller.name}()`));
  const shown = [...places].slice(0, 5).map(codeSpan).join(', ');
  const where = places.size === 0 ? '' : ` It holds for the calls in ${shown}${places.size > 5 ? ' …' : ''}.`;
  const known = index.functionsNamed(name).length > 0;
  const otherwise = known ? 'its body would be followed' : 'it would have no effect and an unknown value';
  return `${first.length > 0 ? 'without the annotation only its body would count' : `without the annotation ${otherwise}`}.${where}`;
}
