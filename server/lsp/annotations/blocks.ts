import { TextDocument } from 'vscode-languageserver-textdocument';
import { commentsIn } from '../../model/extract/comments.js';
import { isAnnotations } from '../documents.js';
import { annotations, type Schema } from '../scenarios/schema.js';

/** A part of a document that is written in the annotation language: a whole file, or a comment of a C source. */
export interface Block {
  /** Its YAML; lines and columns are those of the document, offsets are not. */
  readonly yaml: TextDocument;
  readonly schema: Schema;
  /** Line after the comment, counted from 0; null for a file. */
  readonly after: number | null;
}

const ofComment: Schema = {
  type: 'object',
  properties: { rescuer: annotations.$defs?.function ?? {} },
};

/** The parts of a document that are annotations, in order. */
export function blocksIn(document: TextDocument): readonly Block[] {
  if (isAnnotations(document)) return [{ yaml: document, schema: annotations, after: null }];
  return commentsIn({ text: document.getText() }).map(({ text, endLine }) => ({
    yaml: TextDocument.create(document.uri, 'yaml', document.version, text),
    schema: ofComment,
    after: endLine,
  }));
}

/** The part that a line, counted from 0, is in; null for C. */
export function blockAt(document: TextDocument, line: number): Block | null {
  const isAt = ({ yaml, after }: Block): boolean => after === null || (line < after && line >= firstLine(yaml));
  return blocksIn(document).find(isAt) ?? null;
}

function firstLine(yaml: TextDocument): number {
  return yaml.getText().search(/[^\n]/) < 0 ? 0 : yaml.positionAt(yaml.getText().search(/[^\n]/)).line;
}
