/** Inputs that somebody made to waste time or memory, or to get somewhere; of any size. All are of our own making. */

/** Mail to read. `size` counts what there is many of; with `megabytes` it is the size of the document instead. */
export interface HostileCase {
  readonly name: string;
  readonly unit: 'pieces' | 'megabytes';
  make(size: number): string;
}

const head = 'From: a@example.org\nSubject: [PATCH 1/1] x\n';
const diffHead = '--- a/block/x.c\n+++ b/block/x.c\n';
const repeat = (count: number, piece: (number: number) => string): string =>
  Array.from({ length: count }, (_, n) => piece(n)).join('');
const pieces = (name: string, make: (size: number) => string): HostileCase => ({ name, unit: 'pieces', make });
const megabytes = (name: string, make: (bytes: number) => string): HostileCase => ({
  name,
  unit: 'megabytes',
  make: (size) => make(Math.round(size * 1_000_000)),
});

/** base64 of a mail with base64 of a mail with …: each layer a third larger. */
function boxes(depth: number): string {
  let mail = `${head}\n${diffHead}@@ -1 +1 @@\n-a\n+b\n`;
  for (let layer = 0; layer < depth; layer++) {
    mail = `${head}Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n${btoa(mail)}\n`;
  }
  return mail;
}

export const mailCases: readonly HostileCase[] = [
  megabytes(
    'a large mail',
    (bytes) => `${head}\n${'Prose that goes on for ever.\n'.repeat(bytes / 29)}---\n${diffHead}@@ -1 +1 @@\n-a\n+b\n`,
  ),
  megabytes(
    'a large diff',
    (bytes) =>
      `${head}\n---\n${diffHead}@@ -1,0 +1,${Math.round(bytes / 20)} @@\n${'+\tbio_put(bio); /**/\n'.repeat(bytes / 20)}`,
  ),
  megabytes(
    'one long line of a diff',
    (bytes) => `${head}\n---\n${diffHead}@@ -1 +1 @@\n-a\n+${'bio_set '.repeat(bytes / 8)}\n`,
  ),
  megabytes('one long line of prose', (bytes) => `${head}\n${'x'.repeat(bytes)}\n`),
  megabytes(
    'one long line of code without blanks',
    (bytes) => `${head}\n---\n${diffHead}@@ -0,0 +1 @@\n+int bio_set;${'f('.repeat(bytes / 2)}\n`,
  ),
  megabytes(
    'a long line that might be a header',
    (bytes) => `From: ${' '.repeat(bytes)}x\nSubject: ${'['.repeat(1000)}\n\nx\n`,
  ),
  megabytes('NULs', (bytes) => `${head}\n---\n${diffHead}@@ -1 +1 @@\n-a\0b\n+${'\0'.repeat(bytes)}\n`),
  megabytes('nothing but NULs', (bytes) => '\0'.repeat(bytes)),
  megabytes('nothing but line feeds', (bytes) => '\n'.repeat(bytes)),
  megabytes(
    'bytes that are no UTF-8',
    (bytes) =>
      `${head}\n---\n${diffHead}@@ -1,0 +1,${Math.round(bytes / 8)} @@\n${'+\xc3\x28\xff\xed\xa0\n'.repeat(bytes / 8)}`,
  ),
  megabytes(
    'a base64 body',
    (bytes) =>
      `${head}Content-Transfer-Encoding: base64\n\n${`${btoa('+bio_set line\n'.repeat(4))}\n`.repeat(bytes / 77)}`,
  ),
  megabytes(
    'a quoted-printable body',
    (bytes) => `${head}Content-Transfer-Encoding: quoted-printable\n\n${'=41=\n'.repeat(bytes / 5)}`,
  ),
  pieces(
    'hunks',
    (n) => `${head}\n---\n${diffHead}${repeat(n, (k) => `@@ -${3 * k + 1} +${3 * k + 1} @@\n-a${k}\n+b${k}\n`)}`,
  ),
  pieces(
    'hunks that are all at the same place',
    (n) => `${head}\n---\n${diffHead}${repeat(n, (k) => `@@ -1 +1 @@\n-a\n+b${k}\n`)}`,
  ),
  pieces(
    'files',
    (n) => `${head}\n---\n${repeat(n, (k) => `--- a/d/${k}.c\n+++ b/d/${k}.c\n@@ -1 +1 @@\n-a\n+struct bio_set b;\n`)}`,
  ),
  pieces('patches of one file', (n) =>
    repeat(
      Math.ceil(n / 10),
      (k) =>
        `From a Mon Nov 20 10:00:00 2017\nFrom: a\nSubject: [PATCH ${k + 1}/${Math.ceil(n / 10)}] x\n\n---\n${diffHead}@@ -1 +1 @@\n-bio_set ${k}\n+bio_set ${k + 1}\n\n`,
    ),
  ),
  pieces('patches with the same number', (n) =>
    repeat(
      n,
      (k) =>
        `From a Mon Nov 20 10:00:00 2017\nFrom: a\nSubject: [PATCH 1/2] x\nMessage-Id: <${k}@b>\n\n---\n${diffHead}@@ -1 +1 @@\n-a\n+b\n\n`,
    ),
  ),
  pieces(
    'counts that promise more',
    (n) => `${head}\n---\n${diffHead}${repeat(n, () => '@@ -1,999999999 +1,999999999 @@\n a\n')}`,
  ),
  pieces(
    'counts that promise less',
    (n) => `${head}\n---\n${diffHead}${repeat(n, () => '@@ -1 +1 @@\n-a\n+b\n+c\n-d\n e\n')}`,
  ),
  pieces(
    'hunks at the end of the world',
    (n) => `${head}\n---\n${diffHead}${repeat(n, (k) => `@@ -${999_999_999 - k} +${999_999_999 - k} @@\n-a\n+b\n`)}`,
  ),
  pieces(
    'series of a million',
    (n) => `From: a\nSubject: [PATCH ${n}/999999999] x\n\n---\n${diffHead}@@ -1 +1 @@\n-a\n+b\n`,
  ),
  pieces(
    'parts',
    (n) =>
      `${head}Content-Type: multipart/mixed; boundary=b\n\n${repeat(n, () => '--b\nContent-Type: text/x-patch\n\n--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n')}--b--\n`,
  ),
  pieces(
    'parts in parts',
    (n) => `${repeat(n, (k) => `Content-Type: multipart/mixed; boundary=b${k}\nFrom: a\n\n--b${k}\n`)}\nx\n`,
  ),
  pieces(
    'parts whose boundaries begin alike',
    (n) =>
      `${head}Content-Type: multipart/mixed; boundary="${'b'.repeat(60)}"\n\n${repeat(n, (k) => `--${'b'.repeat(k % 61)}\n\nx\n`)}`,
  ),
  pieces('mails in mails', (n) => `${repeat(n, () => 'From: a\nContent-Type: message/rfc822\n\n')}x\n`),
  pieces('boxes in boxes', (n) => boxes(Math.min(30, Math.ceil(Math.log2(n))))),
  pieces('header fields', (n) => `${repeat(n, (k) => `X-${k}: ${k}\n`)}${head}\nx\n`),
  pieces('lines of one field', (n) => `From: a\nReferences:${repeat(n, (k) => `\n <${k}@b>`)}\nSubject: x\n\nx\n`),
  pieces('recipients', (n) => `From: a\nTo: ${repeat(n, (k) => `"${k}" <${k}@b>, `)}x@y\nSubject: x\n\nx\n`),
  pieces('nested comments in an address', (n) => `From: ${'('.repeat(n)}a${')'.repeat(n)} <a@b>\nSubject: x\n\nx\n`),
  pieces(
    'trailers',
    (n) => `${head}\nx\n\n${repeat(n, (k) => `Reviewed-by: ${k} <${k}@b>\n`)}---\n${diffHead}@@ -1 +1 @@\n-a\n+b\n`,
  ),
  pieces(
    'invisible characters',
    (n) =>
      `${head}\n---\n${diffHead}@@ -0,0 +1,${n} @@\n${repeat(n, () => '+int bio_set; /* \xe2\x80\xae\xe2\x81\xa6 */\xe2\x80\x8b\n')}`,
  ),
  pieces(
    'a message that quotes diffs',
    (n) => `${head}\n${repeat(n, () => 'diff --git a/x b/x\nindex 0000..1111\n')}---\n`,
  ),
];

/** Paths that lead out of a tree, or to what is not a source. */
export const outsidePaths: readonly string[] = [
  '../x.c',
  '../../../../etc/passwd',
  '/etc/passwd',
  'block/../../x.c',
  'block/./x.c',
  '.git/config',
  'drivers/.GIT/hooks/x.c',
  'C:/x.c',
  'block\\..\\..\\x.c',
  'block/x\0.c',
];

const c = (name: string, make: (depth: number) => string): HostileCase => pieces(name, make);
const nested =
  (open: string, inner: string, close: string) =>
  (depth: number): string =>
    `${open.repeat(depth)}${inner}${close.repeat(depth)}`;

/** C that nests, repeats or refers to itself. Every text mentions a bio_set, so that nothing leaves it out. */
export const codeCases: readonly HostileCase[] = [
  c('parentheses', (n) => `int bio_set(void) { return ${nested('(', '1', ')')(n)}; }\n`),
  c('calls', (n) => `int bio_set(void) { return ${nested('f(', '1', ')')(n)}; }\n`),
  c('casts', (n) => `int bio_set(void) { return ${'(int)'.repeat(n)}1; }\n`),
  c('unary operators', (n) => `int bio_set(void) { return ${'!'.repeat(n)}1; }\n`),
  c('pointers', (n) => `int ${'*'.repeat(n)}bio_set;\n`),
  c('a sum', (n) => `int bio_set(void) { return ${'1 + '.repeat(n)}1; }\n`),
  c('conditions', (n) => `int bio_set(void) { return ${'a ? b : '.repeat(n)}1; }\n`),
  c('fields', (n) => `int bio_set(void) { return a${'->b'.repeat(n)}; }\n`),
  c('subscripts', (n) => `int bio_set(void) { return a${'[0]'.repeat(n)}; }\n`),
  c('initialisers', (n) => `int bio_set[] = ${nested('{', '1', '}')(n)};\n`),
  c('blocks', (n) => `void bio_set(void) ${nested('{\n', 'submit_bio(b);', '\n}')(n)}\n`),
  c('tests in tests', (n) => `void bio_set(void) {\n${nested('if (a) {\n', 'submit_bio(b);\n', '}\n')(n)}}\n`),
  c('tests after tests', (n) => `void bio_set(void) {\n${'if (a) submit_bio(b);\n'.repeat(n)}}\n`),
  c('else after else', (n) => `void bio_set(void) {\n${'if (a) submit_bio(b); else '.repeat(n)};\n}\n`),
  c('loops in loops', (n) => `void bio_set(void) {\n${'while (a)\n'.repeat(n)}submit_bio(b);\n}\n`),
  c('loops after loops', (n) => `void bio_set(void) {\n${'do { submit_bio(b); } while (a);\n'.repeat(n)}}\n`),
  c('cases', (n) => `void bio_set(void) { switch (a) {\n${repeat(n, (k) => `case ${k}: submit_bio(b);\n`)}} }\n`),
  c(
    'labels',
    (n) => `void bio_set(void) {\n${repeat(n, (k) => `l${k}: if (a) goto l${n - k - 1};\n`)}submit_bio(b);\n}\n`,
  ),
  c('structures in structures', (n) => `${nested('struct {\n', 'struct bio_set a;', '\n} b;\n')(n)}`),
  c('declarators', (n) => `int ${nested('(*', 'bio_set', ')(void)')(n)};\n`),
  c('conditionals of the preprocessor', (n) => `${nested('#if A\n', 'struct bio_set a;\n', '#endif\n')(n)}`),
  c('conditionals without an end', (n) => `struct bio_set a;\n${'#ifdef A\n{\n#else\n'.repeat(n)}`),
  c(
    'macros of macros',
    (n) =>
      `struct bio_set s;\n${repeat(n, (k) => `#define A${k} (A${k + 1} + A${k + 1})\n`)}#define A${n} 1\nint f(void) { return bioset_init(&s, A0, 0, 0); }\n`,
  ),
  c(
    'a macro of itself',
    (n) => `struct bio_set s;\n#define A ${'A + '.repeat(n)}A\nint f(void) { return bioset_init(&s, A, 0, 0); }\n`,
  ),
  c(
    'functions that call the next',
    (n) =>
      `${repeat(n, (k) => `static void f${k}(struct bio *bio) { f${k + 1}(bio); }\n`)}static void f${n}(struct bio *bio) { submit_bio(bio); }\n`,
  ),
  c(
    'types of types',
    (n) =>
      `${repeat(n, (k) => `typedef t${k + 1} t${k};\n`)}typedef struct bio_set t${n};\nt0 s;\nint f(void) { return bioset_init(&s, 1, 0, 0); }\n`,
  ),
  c('a type of itself', () => 'typedef a b;\ntypedef b a;\na s;\nint f(void) { return bioset_init(&s, 1, 0, 0); }\n'),
  c(
    'sets',
    (n) =>
      `${repeat(n, (k) => `static struct bio_set s${k};\n`)}int f(void) {\n${repeat(n, (k) => `if (bioset_init(&s${k}, 1, 0, 0)) return 1;\n`)}return 0; }\n`,
  ),
  c(
    'allocations',
    (n) => `static struct bio_set s;\nvoid f(void) {\n${repeat(n, () => 'bio_alloc_bioset(GFP_NOIO, 1, &s);\n')}}\n`,
  ),
  c('strings', (n) => `char *bio_set = ${'"a" '.repeat(n)};\n`),
  c('a string without an end', (n) => `char *bio_set = "${'a\\'.repeat(n)}\n`),
  c('a comment without an end', (n) => `struct bio_set a;\n${'/* rescuer: '.repeat(n)}\n`),
  c(
    'annotations',
    (n) => `${repeat(n, (k) => `/* rescuer: { returns: 0 } */\nint bio_set${k}(void) { return 0; }\n`)}`,
  ),
  c('closing brackets', (n) => `struct bio_set a;\n${'}])'.repeat(n)}\n`),
  c('opening brackets', (n) => `struct bio_set a;\n${'{[('.repeat(n)}\n`),
];

/** A mail that adds a file. */
export function mailAdding(path: string, text: string): string {
  const lines = text.replace(/\n$/, '').split('\n');
  return `${head}\n---\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;
}
