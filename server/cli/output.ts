import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, Option } from 'commander';
import type { Finding } from '../review/types.js';
import { UserError } from '../text.js';
import type { Terminal } from './terminal.js';

/** From which severity on a finding counts for the exit code. */
export type Level = 'error' | 'warning' | 'never';

const severity: Readonly<Record<Finding['level'], number>> = { note: 0, warning: 1, error: 2 };

export const failOnOption = new Option('--fail-on <level>', 'exit with 1 when a finding is at least this severe')
  .choices(['error', 'warning', 'never'])
  .default('error');

export const outputOption = new Option('--output <file>', 'write there instead of standard output');

export const cacheOption = new Option('--no-cache', 'do not take results from an earlier run, and keep none');

export const annotationsOption = new Option(
  '--annotations <file...>',
  'annotation files (docs/annotations.md) besides those that ship',
);

/** Texts of annotation files by name. Throws UserError for one that cannot be read. */
export async function readAnnotations(files: readonly string[] = []): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  for (const file of files) {
    try {
      texts[file] = await readFile(file, 'utf8');
    } catch (error) {
      throw new UserError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return texts;
}

/**
 * Reads annotation files, which win over what ships, and gives their texts as one. Throws UserError that names what is wrong,
 * and where.
 */
export async function useAnnotations(files: readonly string[] = []): Promise<string> {
  if (files.length === 0) return '';
  const texts = await readAnnotations(files);
  const { addAnnotations } = await import('../model/extract/library.js');
  addAnnotations(texts);
  return JSON.stringify(texts);
}

/** Whether the process should end with 1: a finding that is there after the series and at least as severe as asked. */
export function fails(findings: readonly Finding[], failOn: Level): boolean {
  if (failOn === 'never') return false;
  return findings.some((finding) => finding.status !== 'fixed' && severity[finding.level] >= severity[failOn]);
}

/** Writes a command's result to `file`, or to standard output. */
export async function emit(text: string, file: string | undefined, terminal: Terminal): Promise<void> {
  if (file === undefined) {
    terminal.out(text);
    return;
  }
  const { writeWhole } = await import('../sweep/whole-file.js');
  await writeWhole(file, [text]);
}

/** Parser for options that take a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`Expected a whole number from ${least}.`);
    }
    return value;
  };
}
