import type { Volume } from 'kubernetes-types/core/v1';
import { Quantity } from '../go/quantity.ts';
import type { DescribeWriter } from './writer.ts';

/** The Volumes section of a pod, or of a template (`indent` '  '). */
export function describeVolumes(writer: DescribeWriter, volumes: readonly Volume[], indent = ''): void {
  if (volumes.length === 0) {
    writer.write(0, `${indent}Volumes:\t<none>\n`);
    return;
  }
  writer.write(0, `${indent}Volumes:\n`);
  for (const volume of volumes) {
    writer.write(1, `${indent === '' ? '' : ' '}${volume.name}:\n`);
    describeSource(writer, volume);
  }
}

function describeSource(writer: DescribeWriter, volume: Volume): void {
  const fields = (...list: readonly (readonly [name: string, value: unknown])[]) => {
    for (const [name, value] of list) writer.field(2, name, value);
  };
  if (volume.hostPath !== undefined)
    fields(
      ['Type', 'HostPath (bare host directory volume)'],
      ['Path', volume.hostPath.path],
      ['HostPathType', volume.hostPath.type ?? '<none>'],
    );
  else if (volume.emptyDir !== undefined) {
    const limit = Quantity.of(volume.emptyDir.sizeLimit);
    fields(
      ['Type', "EmptyDir (a temporary directory that shares a pod's lifetime)"],
      ['Medium', volume.emptyDir.medium ?? ''],
      ['SizeLimit', limit.nano > 0n ? limit : '<unset>'],
    );
  } else if (volume.secret !== undefined)
    fields(
      ['Type', 'Secret (a volume populated by a Secret)'],
      ['SecretName', volume.secret.secretName ?? ''],
      ['Optional', volume.secret.optional === true],
    );
  else if (volume.configMap !== undefined)
    fields(
      ['Type', 'ConfigMap (a volume populated by a ConfigMap)'],
      ['Name', volume.configMap.name ?? ''],
      ['Optional', volume.configMap.optional === true],
    );
  else if (volume.nfs !== undefined)
    fields(
      ['Type', 'NFS (an NFS mount that lasts the lifetime of a pod)'],
      ['Server', volume.nfs.server],
      ['Path', volume.nfs.path],
      ['ReadOnly', volume.nfs.readOnly === true],
    );
  else if (volume.persistentVolumeClaim !== undefined)
    fields(
      ['Type', 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)'],
      ['ClaimName', volume.persistentVolumeClaim.claimName],
      ['ReadOnly', volume.persistentVolumeClaim.readOnly === true],
    );
  else if (volume.downwardAPI !== undefined) {
    writer.write(2, 'Type:\tDownwardAPI (a volume populated by information about the pod)\n    Items:\n');
    for (const item of volume.downwardAPI.items ?? []) {
      if (item.fieldRef !== undefined) writer.write(3, `${item.fieldRef.fieldPath} -> ${item.path}\n`);
      if (item.resourceFieldRef !== undefined) writer.write(3, `${item.resourceFieldRef.resource} -> ${item.path}\n`);
    }
  } else if (volume.projected !== undefined) describeProjected(writer, volume.projected);
  else if (volume.csi !== undefined) {
    fields(
      ['Type', 'CSI (a Container Storage Interface (CSI) volume source)'],
      ['Driver', volume.csi.driver],
      ['FSType', volume.csi.fsType ?? ''],
      ['ReadOnly', volume.csi.readOnly === true],
    );
    writer.write(2, 'VolumeAttributes:\t');
    const attributes = Object.entries(volume.csi.volumeAttributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    if (attributes.length === 0) writer.write(0, '<none>\n');
    for (const [i, [key, value]] of attributes.entries()) {
      if (i > 0) writer.write(2, '\t');
      const line = `${key}=${value}`;
      writer.write(2, `${line.length > 140 ? `${line.slice(0, 140)}...` : line}\n`);
    }
  } else if ('image' in volume && volume.image !== undefined) {
    const image = volume.image as { reference?: string; pullPolicy?: string };
    fields(
      ['Type', 'Image (a container image or OCI artifact)'],
      ['Reference', image.reference ?? ''],
      ['PullPolicy', image.pullPolicy ?? ''],
    );
  } else writer.write(1, '<unknown>\n');
}

function describeProjected(writer: DescribeWriter, projected: NonNullable<Volume['projected']>): void {
  writer.field(2, 'Type', 'Projected (a volume that contains injected data from multiple sources)');
  for (const source of projected.sources ?? []) {
    if (source.secret !== undefined) {
      writer.field(2, 'SecretName', source.secret.name ?? '');
      writer.field(2, 'Optional', source.secret.optional === true);
    } else if (source.downwardAPI !== undefined) writer.field(2, 'DownwardAPI', true);
    else if (source.configMap !== undefined) {
      writer.field(2, 'ConfigMapName', source.configMap.name ?? '');
      writer.field(2, 'Optional', source.configMap.optional === true);
    } else if (source.serviceAccountToken !== undefined)
      writer.field(2, 'TokenExpirationSeconds', source.serviceAccountToken.expirationSeconds ?? 0);
  }
}
