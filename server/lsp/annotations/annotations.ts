import type {
  CodeAction,
  CompletionItem,
  Diagnostic,
  Hover,
  Location as LspLocation,
  Position,
  Range,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type CIndex, indexFiles } from '../../c/index.js';
import type { CFunction } from '../../c/types.js';
import { isAnnotations } from '../documents.js';
import { lineAt } from '../features/definition.js';
import { treeUri } from '../placement.js';
import { toLspRange, wordAt } from '../positions.js';
import { completeScenario } from '../scenarios/complete.js';
import { placesIn } from '../scenarios/place.js';
import { schemasAt } from '../scenarios/schema.js';
import type { SourceFacts, Sources } from '../sources.js';
import type { FileView, Views } from '../views.js';
import type { Workspace } from '../workspace.js';
import { type Annotated, annotateCall, treeAnnotations, unresolvedCalls, variablesIn } from './annotate.js';
import { type Block, blockAt, blocksIn } from './blocks.js';
import { type AnnotatedCode, codeOfComment, codeOfFile } from './code.js';
import { annotationDefinition } from './definition.js';
import { languageMistakes, nameMistakes } from './diagnostics.js';
import { annotationHover, describeFunction } from './hover.js';
import { kindOf, languageOf } from './names.js';

const noCode = indexFiles([]);

/** Annotations in open documents: files of their own, and comments of C sources. */
export class Annotations {
  readonly #workspace: Workspace;
  readonly #sources: Sources;
  readonly #views: Views;

  constructor(workspace: Workspace, sources: Sources, views: Views) {
    this.#workspace = workspace;
    this.#sources = sources;
    this.#views = views;
  }

  /** What may stand at a position; null where no annotation is. */
  async complete(document: TextDocument, position: Position): Promise<CompletionItem[] | null> {
    const found = await this.#at(document, position);
    if (found === null) return null;
    const { block, code } = found;
    return completeScenario(block.yaml, block.yaml.offsetAt(position), languageOf(block, code));
  }

  /** Null where there is nothing to explain. */
  async hover(document: TextDocument, position: Position): Promise<Hover | null> {
    const found = await this.#at(document, position);
    return found && annotationHover(found.block, position, found.code);
  }

  /** Null where no annotation is. */
  async definition(document: TextDocument, position: Position): Promise<LspLocation[] | null> {
    const found = await this.#at(document, position);
    if (found === null) return null;
    const { block, code, view, root } = found;
    return annotationDefinition(block, position, code).flatMap((place) => {
      if (view !== null) return view.locate(place) ?? [];
      return root === null ? [] : [{ uri: treeUri(root, place.path), range: toLspRange(place.range) }];
    });
  }

  /** What is wrong with a file of annotations. */
  async inFile(document: TextDocument): Promise<Diagnostic[]> {
    const [block] = blocksIn(document);
    if (block === undefined) return [];
    const mistakes = languageMistakes(block, this.#workspace.displayName(document.uri));
    const { code, root } = await this.#ofFile(document, block);
    return root === null ? mistakes : [...mistakes, ...(await nameMistakes(block, code))];
  }

  /** What is wrong with the names in the comments of a source, and the calls that an annotation should speak of. */
  async inSource(document: TextDocument): Promise<Diagnostic[]> {
    const facts = await this.#sources.facts(document);
    if (facts === null) return [];
    const found: Diagnostic[] = [];
    const annotated = await this.#annotated(facts);
    const variables = variablesIn(annotated.sidecar);
    for (const block of blocksIn(document)) {
      const subject = block.after === null ? null : subjectOf(facts.index, facts.path, block.after);
      found.push(...(await nameMistakes(block, codeOfComment(facts.index, subject, variables))));
    }
    return [...found, ...unresolvedCalls(annotated)];
  }

  /** Actions that annotate the function that is called at a range of a source. */
  async actions(document: TextDocument, range: Range, diagnostics: readonly Diagnostic[]): Promise<CodeAction[]> {
    const facts = await this.#sources.facts(document);
    return facts === null ? [] : annotateCall(await this.#annotated(facts), document, range, diagnostics);
  }

  /** What is said of a function whose name stands at a position of a source. */
  async noteHover(document: TextDocument, position: Position): Promise<Hover | null> {
    const word = wordAt(lineAt(document, position.line), position);
    const view = word && (await this.#views.of(document));
    const value = view && describeFunction(word.word, view.facts.index);
    return value ? { contents: { kind: 'markdown', value }, range: word.range } : null;
  }

  async #annotated({ root, file, index, inventory }: SourceFacts): Promise<Annotated> {
    const source = await this.#sources.source(root);
    return { root, file, index, era: inventory.era, sidecar: await source.read(treeAnnotations) };
  }

  async #at(
    document: TextDocument,
    position: Position,
  ): Promise<{ block: Block; code: AnnotatedCode; view: FileView | null; root: string | null } | null> {
    const block = blockAt(document, position.line);
    if (block === null) return null;
    if (isAnnotations(document)) return { block, view: null, ...(await this.#ofFile(document, block)) };
    const view = await this.#views.of(document);
    if (view === null || block.after === null) return null;
    const { index } = view.facts;
    return { block, view, root: null, code: codeOfComment(index, subjectOf(index, view.path, block.after)) };
  }

  /** The code of the files that a file of annotations names, in the tree that it belongs to. */
  async #ofFile(
    document: TextDocument,
    { yaml, schema }: Block,
  ): Promise<{ code: AnnotatedCode; root: string | null }> {
    const root = await this.#workspace.treeOf(document.uri);
    const source = root === null ? null : await this.#sources.source(root).catch(() => null);
    if (source === null) return { code: codeOfComment(noCode, null), root: null };
    const paths = placesIn(yaml.getText()).flatMap((place) =>
      kindOf(place, schemasAt(place.way, schema)) === 'files' ? [place.text] : [],
    );
    const variables = variablesIn(await source.read(treeAnnotations));
    return { code: await codeOfFile(source, paths, variables), root };
  }
}

/** The function whose comment ends before a line, counted from 0. */
function subjectOf(index: CIndex, path: string, after: number): CFunction | null {
  const functions = index.filesAt(path).flatMap((file) => file.functions);
  return functions.find(({ range }) => range.line > after) ?? null;
}
