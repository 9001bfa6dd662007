import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { createTwoFilesPatch } from 'diff';
import { expect, test } from 'vitest';
import { openParser } from '../../server/c/parser.js';
import { checkSources, reviewSeries } from '../../server/review/session.js';
import type { Finding, Report } from '../../server/review/types.js';
import { readSeries } from '../../server/series/read.js';
import { openSource } from '../../server/series/sources.js';
import type { Document, TreeSource } from '../../server/series/types.js';

const path = 'drivers/md/veil.c';
const bioHeader = readFileSync('examples/tree/include/linux/bio.h', 'utf8');
const veil = readFileSync(`examples/tree/${path}`, 'utf8');

/** `text` with `from` replaced; throws when the example has changed and does not hold it any more. */
function edit(text: string, from: string | RegExp, to: string): string {
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`the example has no ${from}`);
  return edited;
}

const withoutFlag = (text: string) => edit(text, /,\s*BIOSET_NEED_RESCUER\)/, ', 0)');
const withoutGuard = (text: string) => edit(text, /\s*\|\|\s*!\w+->rescue_workqueue\) \{/, ') {');

function sourceOf(files: Readonly<Record<string, string>>): TreeSource {
  return {
    kind: 'directory',
    root: '/tree',
    revision: null,
    why: 'made by a test',
    read: (file) => Promise.resolve(files[file] ?? null),
    grep: (words, folders) =>
      Promise.resolve(
        Object.keys(files)
          .filter((file) => folders.some((folder) => file.startsWith(folder)))
          .filter((file) => words.some((word) => files[file]?.includes(word)))
          .sort(),
      ),
  };
}

/** A mail for each step from one text of the file to the next. */
function mails(texts: readonly string[], file = path, date = ''): Document[] {
  return texts.slice(1).map((text, i) => {
    const diff = createTwoFilesPatch(`a/${file}`, `b/${file}`, texts[i] ?? '', text, '', '', { context: 3 });
    const n = `${i + 1}/${texts.length - 1}`;
    const head = `From: A <a@example.org>\nSubject: [PATCH ${n}] veil: step ${i + 1}\nMessage-Id: <${i + 1}@example.org>\n${date && `Date: ${date}\n`}`;
    const thread = i === 0 ? '' : 'In-Reply-To: <1@example.org>\nReferences: <1@example.org>\n';
    return {
      name: `${i + 1}.patch`,
      bytes: new TextEncoder().encode(
        `${head}${thread}\nWhy.\n\n---\n${withSections(diff.replace(/^=+\n/, ''), texts[i] ?? '')}-- \n2.39\n`,
      ),
    };
  });
}

/** The diff with the function lines that diff -p and git put behind the second `@@`. */
function withSections(diff: string, old: string): string {
  const lines = old.split('\n');
  return diff.replace(/^@@ -(\d+).*@@$/gm, (head, start: string) => {
    const section = lines.slice(0, Number(start) - 1).findLast((line) => /^[A-Za-z_$]/.test(line));
    return section === undefined ? head : `${head} ${section}`;
  });
}

test('a file that a patch does not fit repairs nothing by what its hunks do not show', async () => {
  const tree = withoutFlag(withoutGuard(veil));
  const other = edit(tree, 'bio_list_add(stay, bio);', 'bio_list_add(stay, bio); /* parked */');
  const elsewhere = edit(other, '/* parked */', '/* left */');
  const [document] = mails([other, elsewhere]);
  const [series] = (await readSeries(document ? [document] : [])).series;
  if (series === undefined) throw new Error('no series');
  const source = sourceOf({ 'include/linux/bio.h': bioHeader, [path]: tree });
  const { report } = await reviewSeries({ series, source });
  expect(report.coverage[0]).toMatch(/its context is not in the file/);
  expect(report.findings.filter(({ status }) => status === 'fixed')).toEqual([]);
});

async function review(texts: readonly string[]): Promise<Report> {
  const { series } = await readSeries(mails(texts));
  const source = sourceOf({ 'include/linux/bio.h': bioHeader, [path]: texts[0] ?? '' });
  const [first] = series;
  if (first === undefined) throw new Error('no series');
  return (await reviewSeries({ series: first, source })).report;
}

const brief = ({ rule, level, status, patch, fixedBy }: Finding) => ({ rule, level, status, patch, fixedBy });
const mailLine = ({ mail }: Finding, documents: readonly Document[]): string => {
  const document = documents.find(({ name }) => name === mail?.file);
  return new TextDecoder().decode(document?.bytes).split('\n')[(mail?.line ?? 0) - 1] ?? '';
};

test('what one patch brings is not called older because a later patch does not fit another file', async () => {
  const base = withoutFlag(veil);
  const [guard] = mails([base, withoutGuard(base), base]);
  const [, misfit] = mails(['', 'int there;\n', 'int here;\n'], 'drivers/md/other.c');
  const [series] = (await readSeries(guard && misfit ? [guard, misfit] : [])).series;
  if (series === undefined) throw new Error('no series');
  const source = sourceOf({
    'include/linux/bio.h': bioHeader,
    [path]: base,
    'drivers/md/other.c': 'int else_where;\n',
  });
  const { report } = await reviewSeries({ series, source });
  expect(report.coverage[0]).toMatch(/Patch 2: .*its context is not in the file/);
  expect(report.findings.map(brief)).toEqual([
    { rule: 'rescuer-unguarded', level: 'error', status: 'introduced', patch: 1, fixedBy: null },
  ]);
});

test('the flag dropped in one patch and the guard in another: two errors, each on its diff line', async () => {
  const texts = [veil, withoutFlag(veil), withoutGuard(withoutFlag(veil))];
  const { findings } = await review(texts);
  expect(findings.map(brief)).toEqual([
    { rule: 'rescuer-flag-dropped', level: 'error', status: 'introduced', patch: 1, fixedBy: null },
    { rule: 'rescuer-unguarded', level: 'error', status: 'introduced', patch: 2, fixedBy: null },
  ]);
  const [flag, guard] = findings.map((finding) => mailLine(finding, mails(texts)));
  expect(flag).toMatch(/^-.*BIOSET_NEED_RESCUER\);$/);
  expect(guard).toMatch(/^-.*!\w+->rescue_workqueue/);
  const { excerpt, location } = findings[1] as Finding;
  expect(excerpt?.slice(location.column - 1, location.endColumn - 1)).toMatch(/^!\w+->rescue_workqueue$/);
});

test('both halves in one patch, in either order of patches: the same two findings', async () => {
  for (const texts of [
    [veil, withoutGuard(withoutFlag(veil))],
    [veil, withoutGuard(veil), withoutFlag(withoutGuard(veil))],
  ]) {
    const { findings } = await review(texts);
    expect(findings.map(({ rule }) => rule).sort()).toEqual(['rescuer-flag-dropped', 'rescuer-unguarded']);
  }
});

test('the reverse patch fixes both, each on a line it adds or deletes', async () => {
  const texts = [withoutGuard(withoutFlag(veil)), veil];
  const { findings } = await review(texts);
  expect(findings.map(({ rule, status, level }) => ({ rule, status, level }))).toEqual([
    { rule: 'rescuer-unguarded', status: 'fixed', level: 'error' },
    { rule: 'rescuer-flag-dropped', status: 'fixed', level: 'error' },
  ]);
  expect(mailLine(findings[0] as Finding, mails(texts))).toMatch(/^\+.*!\w+->rescue_workqueue/);
});

test('what a later patch of the series repairs is said to be gone again', async () => {
  const { findings } = await review([veil, withoutFlag(veil), veil]);
  expect(findings.map(brief)).toEqual([
    { rule: 'rescuer-flag-dropped', level: 'error', status: 'introduced', patch: 1, fixedBy: 2 },
  ]);
});

test('a series that changes nothing that matters has no findings but says what was not covered', async () => {
  const report = await review([veil, edit(veil, 'VEIL_CHUNK_SECTORS\t128', 'VEIL_CHUNK_SECTORS\t256')]);
  expect(report.findings).toEqual([]);
  expect(report.coverage.at(-1)).toMatch(/^Paths through the code are followed/);
});

test('a function that makes more sets than can be followed is named', async () => {
  const repeat = (line: (k: number) => string): string => Array.from({ length: 100 }, (_, k) => line(k)).join('');
  const sets = repeat((k) => `static struct bio_set veil_set${k};\n`);
  const calls = repeat((k) => `\tbioset_init(&veil_set${k}, 4, 0, 0);\n`);
  const report = await review([veil, `${veil}\n${sets}\nstatic void veil_many(void)\n{\n${calls}}\n`]);
  expect(report.coverage.join('\n')).toMatch(/More than 64 sets are made in \S+:veil_many; whether each is released/);
});

test('what was there before keeps its status when lines move', async () => {
  const { findings } = await review([withoutGuard(veil), `/* new first line */\n${withoutGuard(veil)}`]);
  expect(findings.map(brief)).toEqual([
    { rule: 'rescuer-unguarded', level: 'error', status: 'preexisting', patch: null, fixedBy: null },
  ]);
});

test('the same input gives the same bytes, and fits the schema', async () => {
  const texts = [veil, withoutFlag(veil), withoutGuard(withoutFlag(veil))];
  const [first, second] = [await review(texts), await review(texts)];
  expect(JSON.stringify(first)).toBe(JSON.stringify(second));
  const validate = new Ajv().compile(JSON.parse(readFileSync('docs/report.schema.json', 'utf8')));
  validate(first);
  expect(validate.errors).toBeNull();
});

test('a cancelled review rejects with the reason of the signal', async () => {
  const { series } = await readSeries(mails([veil, withoutFlag(veil)]));
  const [first] = series;
  if (first === undefined) throw new Error('no series');
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(reviewSeries({ series: first, source: sourceOf({ [path]: veil }), signal })).rejects.toThrow('enough');
});

test('sources are checked without a patch, and what an editor holds wins over the tree', async () => {
  const source = sourceOf({ 'include/linux/bio.h': bioHeader, [path]: veil });
  const clean = await checkSources({ source, paths: ['drivers'] });
  expect(clean.report.findings).toEqual([]);
  const parser = await openParser();
  const parsed = new Map([[path, parser.parse(path, withoutGuard(veil))]]);
  const { report, states } = await checkSources({ source, paths: [path], parsed });
  parser.close();
  expect(states[0]?.index.files).toContain(parsed.get(path));
  expect(report.findings.map(({ rule, status, patch }) => ({ rule, status, patch }))).toEqual([
    { rule: 'rescuer-unguarded', status: 'preexisting', patch: null },
  ]);
});

test('a path that is not in the tree is the user’s mistake', async () => {
  const source = sourceOf({ [path]: veil });
  await expect(checkSources({ source, paths: ['drivers/none.c'] })).rejects.toThrow(
    'drivers/none.c: no such C file or folder with C files in the tree',
  );
});

async function reviewHunks(texts: readonly string[], date = ''): Promise<Report> {
  const { series } = await readSeries(mails(texts, path, date));
  const [first] = series;
  if (first === undefined) throw new Error('no series');
  return (await reviewSeries({ series: first, source: await openSource({ series: first, trusted: false }) })).report;
}

test('from hunks: a dropped test is a warning, as what it guarded is not in view; bringing it back is a repair', async () => {
  const dropped = await reviewHunks([veil, withoutGuard(veil)]);
  expect(dropped.findings.map(brief)).toEqual([
    { rule: 'rescuer-guard-dropped', level: 'warning', status: 'introduced', patch: 1, fixedBy: null },
  ]);
  const added = await reviewHunks([withoutGuard(veil), veil]);
  expect(added.findings.map(brief)).toEqual([
    { rule: 'rescuer-guard-dropped', level: 'warning', status: 'fixed', patch: 1, fixedBy: null },
  ]);
});

test('from hunks: a test that goes together with what it guarded is no finding', async () => {
  const kick = 'if (set->rescue_workqueue)\n\t\tqueue_work(set->rescue_workqueue, &set->rescue_work);\n';
  const tested = edit(veil, 'list_del_init(&cb->list);', `list_del_init(&cb->list);\n\t${kick}`);
  const gone = edit(tested, `\t${kick}`, '');
  expect((await reviewHunks([tested, gone])).findings).toEqual([]);
});

/** A driver whose functions are longer than what a hunk shows of them. */
const long = (
  ctr: string,
  punt: string,
  flush: string,
): string => `struct veil { struct bio_set split; struct mutex lock; };
${'\n'.repeat(8)}
static int veil_ctr(struct veil *v, unsigned int sectors)
{
	int ret;

	v->sectors = sectors;
	v->granularity = 1;
	v->limit = 2;
	${ctr}
	v->ready = 1;
	v->open = 0;
	v->errors = 0;
	if (ret)
		return -ENOMEM;
	return 0;
}
${'\n'.repeat(8)}
static void veil_punt(struct bio_set *bs, struct veil *v)
{
	if (!bs->rescue_workqueue)
		return;
	v->punted++;
	v->last = 0;
	v->first = 0;
	${punt}
	queue_work(bs->rescue_workqueue, &bs->rescue_work);
}
${'\n'.repeat(8)}
static void veil_flush(struct veil *v, struct bio *bio)
{
	mutex_lock(&v->lock);
	v->flushing = 1;
	v->pending = 0;
	v->errors = 0;
	${flush}
	v->flushed++;
	v->pending++;
	v->flushing = 0;
	mutex_unlock(&v->lock);
	v->last = 0;
	mutex_lock(&v->lock);
	v->first = 0;
	v->open = 0;
	v->ready = 0;
	v->errors = 0;
	mutex_unlock(&v->lock);
}
`;

test('from hunks: what comes after the lines in view may look at the result', async () => {
  const before = long('ret = bioset_init(&v->split, 4, 0, 0);', '', '');
  const after = long('ret = bioset_init(&v->split, 8, 0, 0);', '', '');
  expect((await reviewHunks([before, after])).findings).toEqual([]);
});

test('from hunks: a result that is thrown away is reported', async () => {
  const before = long('ret = bioset_init(&v->split, 4, 0, 0);', '', '');
  const after = long('bioset_init(&v->split, 4, 0, 0);', '', '');
  expect((await reviewHunks([before, after])).findings.map(({ rule }) => rule)).toEqual(['set-unchecked']);
});

test('from hunks: what comes before the lines in view may test the workqueue', async () => {
  const init = 'ret = bioset_init(&v->split, 4, 0, BIOSET_NEED_RESCUER);';
  expect((await reviewHunks([long(init, '', ''), long(init, 'v->kicked++;', '')])).findings).toEqual([]);
});

test('from hunks: a lock that is given back further down is kept', async () => {
  const before = long('', '', 'v->idle++;\n\t'.repeat(6));
  const after = before
    .replace('v->flushing = 1', 'v->flushing = 2')
    .replace('v->last = 0;\n\tmutex', 'v->last = 1;\n\tmutex');
  expect((await reviewHunks([before, after])).findings).toEqual([]);
});

test('from hunks: what a NULL set means is said for both sides of 5.12', async () => {
  const clone = (set: string): string => `static void veil_map(struct veil *v, struct bio *bio)
{
	struct bio *clone = bio_clone_fast(bio, GFP_NOIO, ${set});

	submit_bio_noacct(clone);
}
`;
  const [finding, ...others] = (await reviewHunks([clone('&v->split'), clone('NULL')])).findings;
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ rule: 'set-null', level: 'note', status: 'introduced' });
  expect(finding?.message).toMatch(/kmalloc.* before 5\.12.* oopses since/);
});

test('a test that stays dead behind a call out of view is not said to be fixed', async () => {
  const read = (call: string): string => `static int veil_read(struct veil *v)
{
	struct bio *bio = ${call};

	if (!bio)
		return -ENOMEM;
	submit_bio_wait(bio);
	return 0;
}
`;
  const [alive, gone] = [read('bio_alloc(GFP_NOIO, 1)'), read('veil_new_bio(v, GFP_NOIO)')];
  expect((await reviewHunks([alive, gone])).findings).toEqual([]);
  const without = alive.replace('\tif (!bio)\n\t\treturn -ENOMEM;\n', '');
  expect((await reviewHunks([alive, without])).findings.map(brief)).toMatchObject([
    { rule: 'null-check-dead', status: 'fixed' },
  ]);
});

test('from hunks: a patch is not judged by kernels that are newer than itself', async () => {
  const submit = (split: string): string => `static void veil_submit_bio(struct bio *bio)
{
	struct veil *v = bio->bi_bdev->bd_disk->private_data;

	${split}
	bio->bi_private = v;
	submit_bio_noacct(bio);
}
`;
  const texts = [submit(''), submit('bio = bio_split_to_limits(bio);')];
  // It returns NULL since 6.2.
  expect((await reviewHunks(texts, 'Sat, 23 Jul 2022 08:00:00 +0200')).findings).toEqual([]);
  const later = await reviewHunks(texts, 'Sat, 20 May 2023 08:00:00 +0200');
  expect(later.findings.map(({ rule }) => rule)).toEqual(['null-check-missing']);
  expect(later.era.evidence).toMatch(/by its date for 6.5 at the latest/);
});

test('a function that gives back now what it left to others before repairs nothing', async () => {
  const fill = (unlock: string): string => `${veil}
static void veil_start_update(struct veil_device *vd)
{
	mutex_lock(&vd->lock);
	vd->updates++;${unlock}
}
`;
  const texts = [fill(''), fill('\n\tmutex_unlock(&vd->lock);')];
  expect((await review(texts)).findings.map(({ rule }) => rule)).not.toContain('lock-dropped');
  expect((await review(texts.toReversed())).findings.map(({ rule }) => rule)).toContain('lock-dropped');
});

test('from hunks: a patch that is the first to say a word of ours does not bring what stood there before', async () => {
  const end = (store: string): string => `static void veil_end(struct veil *v)
{
	${store}
	v->bio->bi_end_io(v->bio);
}
`;
  const texts = [end('v->bio->bi_status = BLK_STS_IOERR;'), end('bio_set_status(v->bio, BLK_STS_IOERR);')];
  expect((await reviewHunks(texts)).findings.map(({ status }) => status)).toEqual(['preexisting']);
});
