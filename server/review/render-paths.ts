import type { Line } from '../model/extract/listing.js';
import type { PathsReport } from './paths.js';

/** Column at which a listing says where a step is in the source. */
const sourceColumn = 76;

/** A listing for a reader. Ends with a newline. */
export function renderPaths(report: PathsReport): string {
  const { era, programs, sets, harmless, remarks } = report;
  const version = era.version === null ? '' : `Linux ${era.version}, `;
  const heading = [
    `${report.function}() ${report.file}:${report.line}`,
    report.stack === null ? report.about : `${report.stack}: ${report.about}`,
    `${version}${era.id === null ? 'era not recognised' : `API era ${era.id}`} (${era.evidence})`,
  ];
  const paragraphs = programs.map(({ about, steps }) => {
    const lines =
      steps.length === 0 ? ['nothing that matters to forward progress'] : steps.flatMap((one) => shown(one, 0));
    return [...(about === '' ? [] : [`${about}:`]), ...lines];
  });
  return `${[
    heading,
    ...paragraphs,
    section('Sets', sets.map(describeSet)),
    section('Left out, since nobody ever waits while holding them', harmless),
    section('Assumed or not followed', remarks),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function shown(line: Line, depth: number): readonly string[] {
  const text = `${'    '.repeat(depth)}${line.text}`;
  const place = line.file === null ? '' : `${line.function}() ${line.file}:${line.line}`;
  const own = place === '' ? text : `${text.padEnd(sourceColumn)}  ${place}`;
  return [own, ...line.inside.flatMap((inner) => shown(inner, depth + 1))];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `    ${line}`)];
}

const rescuers: Readonly<Record<string, string>> = {
  yes: 'a rescuer',
  no: 'no rescuer',
  conditional: 'a rescuer on a condition, taken for none',
  unknown: 'unknown whether it has a rescuer, taken for none',
};

function describeSet({ set, reserve, rescuer }: PathsReport['sets'][number]): string {
  const size = reserve === null ? 'reserve not known' : `reserve of ${reserve}`;
  return `${set}: ${size}, ${rescuers[rescuer] ?? rescuer}`;
}
