import { GoSyntax } from '../api/errors.ts';
import { rules, validateLabels } from '../api/metadata.ts';
import { formatLabels } from '../api/selectors.ts';
import type { LabelSelector } from '../api/types.ts';
import type { Problems } from './fields.ts';

/** metav1.FormatLabelSelector: a selector as columns and messages show it; `<none>` when it is empty. */
export function formatSelector(selector: LabelSelector | undefined | null): string {
  const parts: [string, string][] = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => [
    key,
    `${key}=${value}`,
  ]);
  for (const { key, operator, values } of selector?.matchExpressions ?? []) {
    const list = [...(values ?? [])].sort().join(',');
    if (operator === 'In') parts.push([key, `${key} in (${list})`]);
    else if (operator === 'NotIn') parts.push([key, `${key} notin (${list})`]);
    else parts.push([key, operator === 'Exists' ? key : `!${key}`]);
  }
  if (parts.length === 0) return '<none>';
  parts.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return parts.map(([, text]) => text).join(',');
}

/** labels.FormatLabels: a map of labels as columns show it; `<none>` when it is empty. */
export function formatMap(labels: Readonly<Record<string, string>> | undefined | null): string {
  const text = formatLabels(labels ?? undefined);
  return text === '' ? '<none>' : text;
}

/** unversionedvalidation.ValidateLabels, keys in order so that a message is the same each time. */
export function checkLabels(
  field: string,
  labels: Readonly<Record<string, string>> | undefined | null,
  found: Problems,
): void {
  found.add(validateLabels(labels ?? undefined, field));
}

/** unversionedvalidation.ValidateLabelSelector */
export function checkSelector(field: string, selector: LabelSelector | undefined | null, found: Problems): void {
  if (selector === undefined || selector === null) return;
  checkLabels(`${field}.matchLabels`, selector.matchLabels, found);
  for (const [index, { key, operator, values = [] }] of (selector.matchExpressions ?? []).entries()) {
    const at = `${field}.matchExpressions[${index}]`;
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0) found.required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0)
        found.forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    } else found.invalid(`${at}.operator`, operator ?? '', 'not a valid selector operator');
    found.check(`${at}.key`, key ?? '', rules.qualifiedName);
    for (const [number, value] of values.entries()) found.check(`${at}.values[${number}]`, value, rules.labelValue);
  }
}

/** Whether a selector has neither labels nor expressions. */
export function isEmptySelector(selector: LabelSelector | undefined | null): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
}

/** A metav1.LabelSelector as Go prints it. */
export function goSelector(selector: LabelSelector | undefined | null): GoSyntax {
  const strings = (list: readonly string[] | undefined) =>
    list === undefined ? '[]string(nil)' : `[]string{${list.map((each) => JSON.stringify(each)).join(', ')}}`;
  const labels =
    selector?.matchLabels === undefined
      ? 'map[string]string(nil)'
      : `map[string]string{${Object.keys(selector.matchLabels)
          .sort()
          .map((key) => `${JSON.stringify(key)}:${JSON.stringify(selector.matchLabels?.[key])}`)
          .join(', ')}}`;
  const expressions =
    selector?.matchExpressions === undefined
      ? '[]v1.LabelSelectorRequirement(nil)'
      : `[]v1.LabelSelectorRequirement{${selector.matchExpressions
          .map(
            ({ key, operator, values }) =>
              `v1.LabelSelectorRequirement{Key:${JSON.stringify(key)}, Operator:${JSON.stringify(operator)}, Values:${strings(values)}}`,
          )
          .join(', ')}}`;
  return new GoSyntax(`v1.LabelSelector{MatchLabels:${labels}, MatchExpressions:${expressions}}`);
}
