/**
 * npm run hostile [-- --megabytes N] [--pieces N] [--depth N] [--only WORD]
 *
 * Reviews mails and C that were made to waste time or memory, at full size, and prints what each takes. Ends with 1 when one
 * throws anything but a UserError, or takes more than a second for 100 KB and five to begin with.
 */
import { parseArgs } from 'node:util';
import { UserError } from '../server/text.js';
import { codeCases, type HostileCase, mailAdding, mailCases } from '../test/hostile/cases.js';
import { secondsOf } from '../test/hostile/time.js';
import { reviewAll } from '../test/hostile/work.js';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '100' },
    pieces: { type: 'string', default: '100000' },
    depth: { type: 'string', default: '10000' },
    only: { type: 'string', default: '' },
  },
});

let failures = 0;

async function run(kind: string, name: string, mail: string): Promise<void> {
  const allowed = 5 + mail.length / 100_000;
  let said = '';
  const taken = await secondsOf(async () => {
    try {
      await reviewAll(mail);
    } catch (error) {
      if (error instanceof UserError) said = error.message.split('\n')[0] ?? '';
      else {
        said = error instanceof Error ? (error.stack ?? error.message) : String(error);
        failures++;
      }
    }
  });
  if (taken > allowed) failures++;
  const resident = process.memoryUsage().rss / 1024 / 1024;
  const figures = [
    `${(mail.length / 1e6).toFixed(1)} MB`,
    `${taken.toFixed(1)} s`,
    `${resident.toFixed(0)} MB resident`,
  ];
  const verdict = taken > allowed ? 'TOO SLOW' : '';
  process.stdout.write(
    `${kind.padEnd(5)} ${name.padEnd(40)} ${figures.map((one) => one.padStart(10)).join('  ')}  ${verdict} ${said}\n`,
  );
}

const sizeOf = ({ unit }: HostileCase): number => Number(unit === 'megabytes' ? values.megabytes : values.pieces);
for (const one of mailCases) {
  if (one.name.includes(values.only)) await run('mail', one.name, one.make(sizeOf(one)));
}
for (const one of codeCases) {
  if (one.name.includes(values.only))
    await run('code', one.name, mailAdding('drivers/md/x.c', one.make(Number(values.depth))));
}
process.stdout.write(`${mailCases.length + codeCases.length} cases, ${failures} failures\n`);
process.exitCode = failures === 0 ? 0 : 1;
