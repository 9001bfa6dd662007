import { readFileSync } from 'node:fs';

const read = (path: string): string => readFileSync(new URL(`../../examples/${path}`, import.meta.url), 'utf8');

/** The bundled series of two patches, and the tree it applies to as files of a workspace folder that is that tree. */
export const exampleSeries = read('drop-rescuer.mbox');
export const driver = 'drivers/md/veil.c';
export const exampleTree: Readonly<Record<string, string>> = {
  [driver]: read(`tree/${driver}`),
  'include/linux/bio.h': read('tree/include/linux/bio.h'),
};

/** The two patches as `git format-patch` writes them, a file each. */
export const exampleMails: readonly string[] = exampleSeries
  .split(/^(?=From [0-9a-f]{40} )/m)
  .filter((mail) => mail.includes('\ndiff --git '));
