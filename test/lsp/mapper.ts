import { readFileSync } from 'node:fs';
import { createTwoFilesPatch } from 'diff';

/** The device mapper in miniature, and a patch that takes its rescuer away. */
export function smallMapper(): { files: Record<string, string>; patch: string } {
  const folder = 'test/fixtures/extract/tree/';
  const paths = [
    'Makefile',
    'include/linux/bio.h',
    'include/linux/device-mapper.h',
    'drivers/md/dm.c',
    'drivers/md/dm-linear.c',
  ];
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(folder + path, 'utf8')]));
  const driver = files['drivers/md/dm.c'] ?? '';
  const after = driver.replace('BIOSET_NEED_RESCUER', '0');
  const diff = diffOf('drivers/md/dm.c', driver, after);
  return { files, patch: `From: A <a@example.org>\nSubject: [PATCH] dm: no rescuer\n\nWhy not.\n---\n${diff}` };
}

/** The diff of a file as git writes it. */
export function diffOf(path: string, before: string, after: string): string {
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after);
}
