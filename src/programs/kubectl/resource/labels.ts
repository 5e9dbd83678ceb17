import { parseLabelSelector } from '../../../cluster/api/selectors.ts';
import { ApiError } from '../../../cluster/api/types.ts';

/** Parses a label selector as labels.Parse does. @throws SyntaxError in its words */
export function parseSelector(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  try {
    const selector = parseLabelSelector(text);
    return (labels) => selector.matches(labels);
  } catch (error) {
    if (error instanceof ApiError) throw new SyntaxError(error.message);
    throw error;
  }
}
