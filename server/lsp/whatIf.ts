import type { Position, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { Utils } from 'vscode-uri';
import { aliases } from '../kernel/set-facts.js';
import type { Inventory } from '../kernel/types.js';
import type { StateFacts } from '../review/rules/rule.js';
import { boundsText, setId, stacksOf } from '../review/runs.js';
import { mostReserve, type Supposition } from '../review/supposed.js';
import { describeSupposed, factsIf, suppose } from '../review/what-if.js';
import type { Courtesy } from '../text.js';
import { isAnnotations, isScenario, isSeries } from './documents.js';
import { lineAt, stateAt } from './features/definition.js';
import { findingsIn } from './features/reviewDiagnostics.js';
import { lineTextOf } from './features/seriesDiagnostics.js';
import { traceOf } from './features/traceLinks.js';
import { placeOfFinding } from './placement.js';
import { contains, wordAt } from './positions.js';
import type { Reviews } from './reviews.js';
import { setAt } from './sets.js';
import type { SimulationLink } from './simulations.js';
import { readTraceLink, type StackLink, type TraceLink, type Traces } from './traces.js';
import { parseUri } from './uri.js';
import { stateOf, type Views } from './views.js';

/** Something at a place that can be simulated. */
export interface WhatIfSubject {
  readonly title: string;
  readonly detail: string;
  readonly link: TraceLink;
}

/** What can be changed in a run. */
export interface WhatIfChanges {
  /** What is run: `dm-linear, after patch 1`. */
  readonly title: string;
  readonly changes: readonly WhatIfChange[];
}

export interface WhatIfChange {
  readonly title: string;
  readonly detail: string;
  /** The run with the change; a list where a number is to be chosen, which stands at its place. */
  readonly link: TraceLink;
  /** What to ask for: the runs of `link` differ in it. */
  readonly number: {
    readonly name: string;
    readonly value: number;
    readonly least: number;
    readonly most: number;
  } | null;
}

/** The two sides of a comparison: a run as the code or the scenario has it, and as it is changed. */
export interface WhatIfPair {
  readonly before: TraceLink;
  readonly after: TraceLink;
}

/** One side of the page that a comparison is shown on. */
interface Side {
  readonly about: string;
  readonly verdict: string;
  readonly sentence: string;
  /** By what they say: bounds, sets. */
  readonly rows: ReadonlyMap<string, string>;
}

/** Answers what would be if a set, a stack or a strategy were another, without a change of any file. */
export class WhatIf {
  readonly #documents: TextDocuments<TextDocument>;
  readonly #reviews: Reviews;
  readonly #views: Views;
  readonly #traces: Traces;

  constructor(documents: TextDocuments<TextDocument>, reviews: Reviews, views: Views, traces: Traces) {
    this.#documents = documents;
    this.#reviews = reviews;
    this.#views = views;
    this.#traces = traces;
  }

  /** What stands at a place: runs of the code that use the set there, and the runs of its findings. */
  async subjects(uri: string, position: Position): Promise<readonly WhatIfSubject[]> {
    const document = this.#documents.get(uri);
    if (document === undefined || isScenario(document) || isAnnotations(document)) return [];
    return isSeries(document) ? this.#inSeries(document, position) : this.#inView(document, position);
  }

  async #inSeries(document: TextDocument, position: Position): Promise<readonly WhatIfSubject[]> {
    const review = await this.#reviews.review(document);
    if (review === null) return [];
    const textOf = lineTextOf(review, document);
    const links = review.report.findings
      .filter((finding) => {
        const place = placeOfFinding(review, finding, textOf);
        return place.document === review.name && place.range.start.line === position.line;
      })
      .flatMap((finding) => traceOf(review, finding, document.uri) ?? []);
    const at = stateAt(review, position);
    const state = at === null ? -1 : review.states.indexOf(at.facts);
    const word = wordAt(lineAt(document, position.line), position)?.word ?? '';
    const ofCode = at === null ? [] : runsAt({ ...at, word, document: document.uri, state, reviewed: true });
    return distinct([...ofCode, ...links.map(subjectOf)]);
  }

  async #inView(document: TextDocument, position: Position): Promise<readonly WhatIfSubject[]> {
    const view = await this.#views.of(document);
    if (view === null) return [];
    const { facts, path, reviewed } = view;
    const links = findingsIn(view)
      .filter(({ location }) => location.line === position.line + 1)
      .flatMap((finding) => (reviewed ? (traceOf(reviewed.review, finding, document.uri) ?? []) : []));
    const word = wordAt(lineAt(document, position.line), position)?.word ?? '';
    const here = { facts, path, line: position.line + 1, column: position.character + 1, word, document: document.uri };
    return distinct([
      ...runsAt({ ...here, state: stateOf(view) ?? 0, reviewed: reviewed !== null }),
      ...links.map(subjectOf),
    ]);
  }

  /** What can be changed in a run. Rejects with UserError. */
  async changes(link: TraceLink, courtesy: Courtesy): Promise<WhatIfChanges> {
    return 'stack' in link ? this.#ofStack(link, courtesy) : this.#ofScenario(link, courtesy);
  }

  async #ofStack(link: StackLink, courtesy: Courtesy): Promise<WhatIfChanges> {
    const { state, run } = await this.#traces.runStack(link, courtesy);
    const { supposed = [] } = link;
    const given = (more: Supposition): StackLink => ({ ...link, supposed: suppose(supposed, more) });
    const sets = run.sets.flatMap((set): readonly WhatIfChange[] => {
      const { rescuer, reserve } = factsIf(state.inventory, set, supposed);
      const flags = [true, false].filter((one) => rescuer !== (one ? 'yes' : 'no'));
      const value = Math.min(reserve ?? mostReserve, mostReserve);
      return [
        ...flags.map((one) => ({
          title: `${set} ${one ? 'with' : 'without'} a rescuer`,
          detail: one ? 'as if made with BIOSET_NEED_RESCUER' : 'as if made without BIOSET_NEED_RESCUER',
          link: given({ set, rescuer: one }),
          number: null,
        })),
        {
          title: `another reserve of ${set}`,
          detail: reserve === null ? 'the code does not tell how large it is' : `${reserve} now`,
          link: given({ set, reserve: value }),
          number: { name: set, value, least: 1, most: mostReserve },
        },
      ];
    });
    const paths = new Set(state.review ? state.files.keys() : state.facts.index.files.map(({ path }) => path));
    const stacks = stacksOf(paths).filter(({ name }) => name !== link.stack);
    const others = stacks.map(({ name, about }) => ({
      title: `the stack ${name}`,
      detail: about,
      link: { ...link, stack: name },
      number: null,
    }));
    const title = [link.stack, state.title, describeSupposed(supposed)].filter(Boolean).join(', ');
    return { title, changes: [...sets, ...others] };
  }

  async #ofScenario(link: SimulationLink, courtesy: Courtesy): Promise<WhatIfChanges> {
    const { simulation, scenario } = await this.#traces.run(link, courtesy);
    const strategies = [...scenario.strategies].filter(([name]) => name !== simulation.strategy);
    const values = simulation.bounds.parameters;
    return {
      title: `${simulation.scenario} / ${simulation.strategy}`,
      changes: [
        ...strategies.map(([strategy, { about }]) => ({
          title: `strategy ${strategy}`,
          detail: about,
          link: { ...link, strategy },
          number: null,
        })),
        ...[...scenario.parameters].map(([name, { about, min, max }]) => ({
          title: `another ${name}`,
          detail: `${about}; ${values[name]} now`,
          link: { ...link, parameters: { ...link.parameters, [name]: values[name] ?? min } },
          number: { name, value: values[name] ?? min, least: min, most: max },
        })),
      ],
    };
  }

  /** Both runs side by side, as text. Rejects with UserError. */
  async compare({ before, after }: WhatIfPair, courtesy: Courtesy): Promise<string> {
    return renderPair(await this.#side(before, courtesy), await this.#side(after, courtesy));
  }

  async #side(link: TraceLink, courtesy: Courtesy): Promise<Side> {
    if (!('stack' in link)) {
      const { simulation, scenario } = await this.#traces.run(link, courtesy);
      const { verdict, sentence, bounds, strategy, states } = simulation;
      const about = scenario.strategies.get(strategy)?.about ?? '';
      const rows = new Map([
        ['scenario', simulation.scenario],
        ['strategy', about === '' ? strategy : `${strategy}: ${about}`],
        ['bounds', boundsText(bounds.parameters)],
        ['states', String(states)],
      ]);
      return { about: `${simulation.scenario} / ${strategy}`, verdict, sentence, rows };
    }
    const { state, run } = await this.#traces.runStack(link, courtesy);
    const { supposed = [] } = link;
    const { verdict, sentence, real, reserve, parameters } = run;
    const lasts = { true: `also with the real reserve, ${reserve}`, false: 'not with the real reserves' };
    const rows = new Map([
      ['stack', `${run.stack}: ${run.about}`],
      ...run.sets.map((set): [string, string] => [set, describeSet(state.inventory, set, supposed)]),
      ['bounds', boundsText(parameters)],
      ...(real === null ? [] : [['reserves', lasts[`${real}`]] as [string, string]]),
      ['states', String(run.states)],
    ]);
    return { about: [state.title, describeSupposed(supposed)].filter(Boolean).join(', '), verdict, sentence, rows };
  }
}

/** What a run is of, in a few words. */
export function describeLink(link: TraceLink): string {
  if ('stack' in link) return [link.stack, describeSupposed(link.supposed ?? [])].filter(Boolean).join(', ');
  return `${'scenario' in link ? link.scenario : Utils.basename(parseUri(link.uri))} / ${link.strategy}`;
}

/** Reads the pair that `rescuer.whatIf` takes. Throws UserError. */
export function readPair([before, after]: readonly unknown[]): WhatIfPair {
  return { before: readTraceLink(before), after: readTraceLink(after) };
}

/** A place of the code, and the state that it is in. */
interface Here {
  readonly facts: StateFacts;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly word: string;
  readonly document: string;
  readonly state: number;
  /** Whether the review has run all stacks that it touches. */
  readonly reviewed: boolean;
}

/** The runs that use the set at a place; all where it is none. */
function runsAt({ facts, path, line, column, word, document, state, reviewed }: Here): readonly WhatIfSubject[] {
  const { inventory, runs } = facts;
  const made = inventory.sets.find(({ creations }) =>
    creations.some((one) => one.path === path && contains(one.range, line, column)),
  );
  const set = made ?? setAt(inventory, path, line, column, word);
  const names = set && aliases(inventory, set.id);
  const using = runs.filter(({ sets }) => names === null || sets.some((name) => names.has(setId(name, facts))));
  if (reviewed || using.length > 0)
    return using.map(({ stack, about, verdict }) => ({
      title: stack,
      detail: `${verdict}; ${about}`,
      link: { document, stack, state },
    }));
  return stacksOf(new Set([path])).map(({ name, about }) => ({
    title: name,
    detail: about,
    link: { document, stack: name, state },
  }));
}

function subjectOf(link: TraceLink): WhatIfSubject {
  if ('stack' in link) return { title: link.stack, detail: '', link };
  return { title: describeLink(link), detail: 'the scenario that the finding names', link };
}

function distinct(subjects: readonly WhatIfSubject[]): readonly WhatIfSubject[] {
  return [...new Map(subjects.toReversed().map((one) => [JSON.stringify(one.link), one])).values()].toReversed();
}

function describeSet(inventory: Inventory, set: string, supposed: readonly Supposition[]): string {
  const { reserve, rescuer } = factsIf(inventory, set, supposed);
  const having = { yes: 'rescuer', no: 'no rescuer', conditional: 'rescuer at times', unknown: 'rescuer?' }[rescuer];
  return `reserve ${reserve ?? '?'}, ${having}`;
}

const width = 46;

/** A table with a column for each side, then what each of them says. */
function renderPair(before: Side, after: Side): string {
  const names = [...new Set([...before.rows.keys(), ...after.rows.keys()])];
  const rows = [
    ['', 'as it is', 'what if'],
    ...(before.about === after.about ? [] : [['', before.about, after.about]]),
    ['verdict', shown(before.verdict), shown(after.verdict)],
    ...names.map((name) => [name, before.rows.get(name) ?? '-', after.rows.get(name) ?? '-']),
  ];
  const first = Math.max(...names.map(({ length }) => length)) + 2;
  const table = rows.flatMap(([name = '', left = '', right = '']) => {
    const [a, b] = [fold(left), fold(right)];
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i) =>
      `${(i === 0 ? name : '').padEnd(first)}${(a[i] ?? '').padEnd(width + 2)}${b[i] ?? ''}`.trimEnd(),
    );
  });
  const changed =
    before.verdict === after.verdict
      ? `Still ${shown(after.verdict)}.`
      : `${shown(before.verdict)} becomes ${shown(after.verdict)}.`;
  return [changed, '', ...table, '', `As it is: ${before.sentence}`, '', `What if: ${after.sentence}`, ''].join('\n');
}

/** A violation is loud, as elsewhere. */
function shown(verdict: string): string {
  return verdict === 'proved' || verdict === 'incomplete' ? verdict : verdict.toUpperCase();
}

/** A text in lines that fit a column. */
function fold(text: string): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    const longer = lines[last] === '' ? word : `${lines[last]} ${word}`;
    if (longer.length <= width) lines[last] = longer;
    else lines.push(word);
  }
  return lines;
}
