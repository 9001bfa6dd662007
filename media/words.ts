import { sayIn } from '../server/say.js';

/**
 * Says a text of a page in the language of the editor. The page has the translations as an attribute (`markupOf`); what
 * stands in the code is English.
 */
export const t = sayIn(JSON.parse(document.documentElement.dataset.texts ?? 'null'));
