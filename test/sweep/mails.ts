/** Mails of two series and the talk about them, as a list has them. */
export interface TestMail {
  readonly id: string;
  readonly text: string;
}

function mail(id: string, subject: string, body: string, answers: string | null = null, day = 1): TestMail {
  const head = [
    'From: A Developer <a@example.org>',
    `Subject: ${subject}`,
    `Date: Mon, ${day} Mar 2021 10:00:00 +0000`,
    `Message-Id: <${id}>`,
    ...(answers === null ? [] : [`In-Reply-To: <${answers}>`]),
  ];
  return { id, text: `${head.join('\n')}\n\n${body}\n` };
}

/** A patch that takes a bio that cannot be NULL and tests it for NULL. */
function patch(file: string): string {
  return `Why.\n---\n--- a/${file}\n+++ b/${file}
@@ -10,3 +10,6 @@ static int veil_read(struct veil *v)
 	struct bio *bio;
 
+	bio = bio_alloc(GFP_NOIO, 1);
+	if (!bio)
+		return -ENOMEM;
 	bio->bi_private = v;
-- 
2.39`;
}

export const listMails: readonly TestMail[] = [
  mail('cover@x', '[PATCH 0/2] veil: <b>read</b> & write', 'Text.'),
  mail('1@x', '[PATCH 1/2] veil: read', patch('drivers/md/veil.c'), 'cover@x'),
  mail('talk@x', 'Re: [PATCH 1/2] veil: read', '> Why.\nWhy not?', '1@x', 2),
  mail('2@x', '[PATCH 2/2] veil: write', patch('drivers/md/veil-write.c'), 'cover@x'),
  mail('pull@x', '[GIT PULL] veil', 'The following changes', null, 3),
  mail('single@x', '[PATCH v3] hull: tidy', patch('drivers/md/hull.c'), null, 4),
  mail('late@x', '[PATCH] keel: tidy', patch('drivers/md/keel.c'), null, 20),
];

/** The mails as an mbox. */
export const mbox = (mails: readonly TestMail[] = listMails): string =>
  mails.map(({ text }) => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${text}\n`).join('');
