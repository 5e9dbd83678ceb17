import type { Options } from 'react-markdown';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';

/** What lets only harmless elements through. No pictures: a lesson has none of its own, and one from elsewhere would tell who reads it. */
export const HARMLESS: NonNullable<Options['rehypePlugins']> = [
  [rehypeSanitize, { ...defaultSchema, tagNames: (defaultSchema.tagNames ?? []).filter((name) => name !== 'img') }],
];
