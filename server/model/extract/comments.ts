import type { CFile } from '../../c/types.js';
import { Field } from '../yaml.js';
import { readFunction } from './library.js';
import type { FunctionNote } from './notes.js';

/**
 * Annotations in comments before functions, by the function's name:
 *
 *     /* rescuer: { returns: 0, assumes: nobody suspends the device } *\/
 *     static bool veil_suspended(struct veil *v)
 *
 * Each says in what it assumes where it stands, since whoever sends a patch can annotate it. Throws ScenarioError at the
 * line of the C file.
 */
export function notesInComments(files: readonly CFile[]): ReadonlyMap<string, FunctionNote> {
  const notes = new Map<string, FunctionNote>();
  for (const file of files) {
    for (const { text, line, endLine } of commentsIn(file)) {
      const fn = file.functions.find(({ range }) => range.line > endLine - 1 && isNext(file, endLine, range.line));
      const field = Field.document(file.path, text).get('rescuer');
      if (!fn) return field.fail('an annotation stands right before the function that it is about');
      const note = readFunction(field);
      const origin = `${fn.name}() is as the comment at ${file.path}:${line} says`;
      notes.set(fn.name, { ...note, assumes: note.assumes ? `${origin}: ${note.assumes}` : origin });
    }
  }
  return notes;
}

/** Whether nothing but white space is between the end of a comment and a line. */
function isNext(file: CFile, endLine: number, line: number): boolean {
  return file.text
    .split('\n')
    .slice(endLine, line - 1)
    .every((between) => between.trim() === '');
}

const annotation = /\/\*[\s*]*rescuer:[\s\S]*?\*\//g;

/** The comments that are annotations, as YAML with the same line numbers and columns as in the file. */
export function commentsIn({
  text,
}: Pick<CFile, 'text'>): readonly { readonly text: string; readonly line: number; readonly endLine: number }[] {
  if (!text.includes('rescuer:')) return [];
  return [...text.matchAll(annotation)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length;
    const column = match.index - text.lastIndexOf('\n', match.index - 1) - 1;
    const lines = match[0].slice(2, -2).split('\n');
    const bare = lines.map((part, i) => (i === 0 ? ' '.repeat(column + 2) : '') + part.replace(/^[\s*]*/, blank));
    return { text: '\n'.repeat(line - 1) + bare.join('\n'), line, endLine: line + lines.length - 1 };
  });
}

const blank = (margin: string): string => margin.replaceAll('*', ' ').replaceAll('\t', ' ');
