/** The words for causes and fixes, for the page: one dictionary serves the terminal and the Why card. */
export { causeText, fixText, type WhyWords, whyWords } from '../programs/hopscope/words.ts';
