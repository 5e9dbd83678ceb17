import type { PodTemplateSpec, Taint, Toleration, TopologySpreadConstraint } from 'kubernetes-types/core/v1';
import { goSort } from '../go/sort.ts';
import { describeContainers } from './containers.ts';
import { annotationsMultiline, formatSelector, labelsMultiline } from './metadata.ts';
import { describeVolumes } from './volumes.ts';
import type { DescribeWriter } from './writer.ts';

/** Parts that pods, pod templates and nodes have in common. */

export function describeTolerations(writer: DescribeWriter, title: string, tolerations: readonly Toleration[]): void {
  writer.write(0, `${title}:\t`);
  if (tolerations.length === 0) writer.write(0, '<none>\n');
  const sorted = goSort(tolerations, (a, b) => (a.key ?? '') < (b.key ?? ''));
  for (const [i, { key = '', value = '', effect = '', operator, tolerationSeconds }] of sorted.entries()) {
    let text = `${key}${value === '' ? '' : `=${value}`}${effect === '' ? '' : `:${effect}`}`;
    if (operator === 'Exists' && value === '') text += key !== '' || effect !== '' ? ' op=Exists' : 'op=Exists';
    if (tolerationSeconds !== undefined) text += ` for ${tolerationSeconds}s`;
    writer.write(0, `${i > 0 ? '\t' : ''}${text}\n`);
  }
}

export function describeTaints(writer: DescribeWriter, taints: readonly Taint[]): void {
  writer.write(0, 'Taints:\t');
  if (taints.length === 0) writer.write(0, '<none>\n');
  const sorted = goSort(taints, (a, b) => `${a.effect},${a.key}` < `${b.effect},${b.key}`);
  for (const [i, { key, value = '', effect }] of sorted.entries())
    writer.write(0, `${i > 0 ? '\t' : ''}${key}${value === '' ? '' : `=${value}`}:${effect}\n`);
}

export function describeSpread(writer: DescribeWriter, list: readonly TopologySpreadConstraint[], indent = ''): void {
  if (list.length === 0) return;
  writer.write(0, `${indent}Topology Spread Constraints:\t`);
  const sorted = goSort(list, (a, b) => a.topologyKey < b.topologyKey);
  for (const [i, { topologyKey, whenUnsatisfiable, maxSkew, labelSelector }] of sorted.entries()) {
    const selector = labelSelector === undefined ? '' : ` for selector ${formatSelector(labelSelector)}`;
    writer.write(
      0,
      `${i > 0 ? `${indent}\t` : ''}${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}\n`,
    );
  }
}

export function describeTemplate(writer: DescribeWriter, template: PodTemplateSpec | undefined): void {
  writer.write(0, 'Pod Template:\n');
  if (template === undefined) {
    writer.write(1, '<unset>');
    return;
  }
  const { metadata, spec } = template;
  labelsMultiline(writer, '  Labels', metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length > 0)
    annotationsMultiline(writer, '  Annotations', metadata?.annotations);
  if (spec?.serviceAccountName) writer.field(1, 'Service Account', spec.serviceAccountName);
  if ((spec?.initContainers?.length ?? 0) > 0)
    describeContainers(writer, 'Init Containers', spec?.initContainers ?? [], [], undefined, '  ');
  describeContainers(writer, 'Containers', spec?.containers ?? [], [], undefined, '  ');
  describeVolumes(writer, spec?.volumes ?? [], '  ');
  describeSpread(writer, spec?.topologySpreadConstraints ?? [], '  ');
  if (spec?.priorityClassName) writer.field(1, 'Priority Class Name', spec.priorityClassName);
  labelsMultiline(writer, '  Node-Selectors', spec?.nodeSelector);
  describeTolerations(writer, '  Tolerations', spec?.tolerations ?? []);
}
