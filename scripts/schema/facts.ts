/**
 * What the declarations of kubernetes-models do not say about Kubernetes v1.33: which of their fields are newer, how Go
 * names the types, which values Go keeps when they are zero, and how lists merge.
 */

/** Kinds to describe: folder in kubernetes-models, group, version, names. */
export const ROOTS = [
  {
    folder: 'v1',
    group: '',
    version: 'v1',
    kinds: ['ConfigMap', 'Endpoints', 'Event', 'Namespace', 'Node', 'Pod', 'Secret', 'Service', 'ServiceAccount'],
  },
  {
    folder: 'apps/v1',
    group: 'apps',
    version: 'v1',
    kinds: ['ControllerRevision', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  },
  { folder: 'batch/v1', group: 'batch', version: 'v1', kinds: ['Job'] },
  { folder: 'coordination.k8s.io/v1', group: 'coordination.k8s.io', version: 'v1', kinds: ['Lease'] },
  { folder: 'discovery.k8s.io/v1', group: 'discovery.k8s.io', version: 'v1', kinds: ['EndpointSlice'] },
  {
    folder: 'networking.k8s.io/v1',
    group: 'networking.k8s.io',
    version: 'v1',
    kinds: ['Ingress', 'IngressClass', 'NetworkPolicy'],
  },
  { folder: 'policy/v1', group: 'policy', version: 'v1', kinds: ['PodDisruptionBudget'] },
  { folder: 'scheduling.k8s.io/v1', group: 'scheduling.k8s.io', version: 'v1', kinds: ['PriorityClass'] },
] as const;

/** Fields that came after v1.33, by type. */
export const NEWER: Readonly<Record<string, readonly string[]>> = {
  Container: ['restartPolicyRules'],
  EphemeralContainer: ['restartPolicyRules'],
  EnvVarSource: ['fileKeyRef'],
  NodeStatus: ['declaredFeatures'],
  PodSpec: ['hostnameOverride', 'schedulingGroup'],
  PodStatus: ['allocatedResources', 'extendedResourceClaimStatus', 'nodeAllocatableResourceClaimStatuses', 'resources'],
  ResourceHealth: ['message'],
  VolumeMountStatus: ['volumeStatus'],
  VolumeProjection: ['podCertificate'],
};

/** Fields whose Go type is a pointer: their zero value is kept, `''`, `0` and `false` included. By name, or `Type.name`. */
export const POINTERS: ReadonlySet<string> = new Set(
  `activeDeadlineSeconds allocateLoadBalancerNodePorts allowPrivilegeEscalation apiGroup appProtocol
   automountServiceAccountToken backoffLimit backoffLimitPerIndex blockOwnerDeletion collisionCount completionMode
   completions OwnerReference.controller defaultMode deletionGracePeriodSeconds enableServiceLinks endPort
   expirationSeconds fsGroup fsGroupChangePolicy holderIdentity hostProcess hostUsers Endpoint.hostname immutable
   ingressClassName internalTrafficPolicy ipFamilyPolicy ipMode leaseDurationSeconds leaseTransitions loadBalancerClass
   localhostProfile managedBy manualSelector maxFailedIndexes minDomains mode mountPropagation discovery.v1.EndpointPort.name
   nodeAffinityPolicy Endpoint.nodeName EndpointAddress.nodeName nodeTaintsPolicy optional parallelism
   RollingUpdateStatefulSetStrategy.partition pathType podReplacementPolicy discovery.v1.EndpointPort.port preemptionPolicy
   preferredHolder priority privileged procMount progressDeadlineSeconds discovery.v1.EndpointPort.protocol NetworkPolicyPort.protocol
   readOnlyRootFilesystem EndpointConditions.ready JobStatus.ready recursiveReadOnly DeploymentSpec.replicas
   ReplicaSetSpec.replicas StatefulSetSpec.replicas Container.restartPolicy EphemeralContainer.restartPolicy
   revisionHistoryLimit runAsGroup runAsNonRoot runAsUser runAsUserName runtimeClassName scope seLinuxChangePolicy service
   serving setHostnameAsFQDN shareProcessNamespace started stopSignal storageClassName strategy succeededCount
   supplementalGroupsPolicy suspend terminating terminatingReplicas terminationGracePeriodSeconds
   ClientIPConfig.timeoutSeconds tolerationSeconds trafficDistribution ttlSecondsAfterFinished HostPathVolumeSource.type
   unhealthyPodEvictionPolicy userNamespaces PodDNSConfigOption.value volumeAttributesClassName volumeMode zone`.split(
    /\s+/,
  ),
);

/** Go's names of string types, by the fields that have them, as messages about a wrong type show them. */
export const GO_NAMES: Readonly<Record<string, string>> = {
  'AppArmorProfile.type': 'AppArmorProfileType',
  'Container.imagePullPolicy': 'PullPolicy',
  'Container.restartPolicy': 'ContainerRestartPolicy',
  'Container.terminationMessagePolicy': 'TerminationMessagePolicy',
  'ContainerPort.protocol': 'Protocol',
  'ContainerResizePolicy.resourceName': 'ResourceName',
  'ContainerResizePolicy.restartPolicy': 'ResourceResizeRestartPolicy',
  'DaemonSetUpdateStrategy.type': 'DaemonSetUpdateStrategyType',
  'DeploymentStrategy.type': 'DeploymentStrategyType',
  'EmptyDirVolumeSource.medium': 'StorageMedium',
  'EndpointPort.protocol': 'Protocol',
  'EndpointSlice.addressType': 'AddressType',
  'HTTPGetAction.scheme': 'URIScheme',
  'HTTPIngressPath.pathType': 'PathType',
  'HostPathVolumeSource.type': 'HostPathType',
  'JobSpec.completionMode': 'CompletionMode',
  'LabelSelectorRequirement.operator': 'LabelSelectorOperator',
  'LoadBalancerIngress.ipMode': 'LoadBalancerIPMode',
  'NamespaceStatus.phase': 'NamespacePhase',
  'NetworkPolicyPort.protocol': 'Protocol',
  'NodeAddress.type': 'NodeAddressType',
  'NodeCondition.status': 'ConditionStatus',
  'NodeCondition.type': 'NodeConditionType',
  'NodeSelectorRequirement.operator': 'NodeSelectorOperator',
  'PodCondition.status': 'ConditionStatus',
  'PodCondition.type': 'PodConditionType',
  'PodOS.name': 'OSName',
  'PodReadinessGate.conditionType': 'PodConditionType',
  'PodSecurityContext.fsGroupChangePolicy': 'PodFSGroupChangePolicy',
  'PodSpec.dnsPolicy': 'DNSPolicy',
  'PodSpec.preemptionPolicy': 'PreemptionPolicy',
  'PodSpec.restartPolicy': 'RestartPolicy',
  'PodStatus.phase': 'PodPhase',
  'PodStatus.qosClass': 'PodQOSClass',
  'PriorityClass.preemptionPolicy': 'PreemptionPolicy',
  'SeccompProfile.type': 'SeccompProfileType',
  'Secret.type': 'SecretType',
  'ServicePort.protocol': 'Protocol',
  'ServiceSpec.externalTrafficPolicy': 'ServiceExternalTrafficPolicy',
  'ServiceSpec.internalTrafficPolicy': 'ServiceInternalTrafficPolicy',
  'ServiceSpec.ipFamilyPolicy': 'IPFamilyPolicy',
  'ServiceSpec.sessionAffinity': 'ServiceAffinity',
  'ServiceSpec.type': 'ServiceType',
  'StatefulSetSpec.podManagementPolicy': 'PodManagementPolicyType',
  'StatefulSetUpdateStrategy.type': 'StatefulSetUpdateStrategyType',
  'Taint.effect': 'TaintEffect',
  'Toleration.effect': 'TaintEffect',
  'Toleration.operator': 'TolerationOperator',
  'TopologySpreadConstraint.nodeAffinityPolicy': 'NodeInclusionPolicy',
  'TopologySpreadConstraint.nodeTaintsPolicy': 'NodeInclusionPolicy',
  'TopologySpreadConstraint.whenUnsatisfiable': 'UnsatisfiableConstraintAction',
  'VolumeMount.mountPropagation': 'MountPropagationMode',
};

/** Lists that a strategic merge patch merges: the key of their items, and the strategy. */
export const PATCHES: Readonly<Record<string, { readonly key?: string; readonly strategy: string }>> = {
  'Container.env': { key: 'name', strategy: 'merge' },
  'Container.ports': { key: 'containerPort', strategy: 'merge' },
  'Container.volumeDevices': { key: 'devicePath', strategy: 'merge' },
  'Container.volumeMounts': { key: 'mountPath', strategy: 'merge' },
  'EphemeralContainer.env': { key: 'name', strategy: 'merge' },
  'EphemeralContainer.ports': { key: 'containerPort', strategy: 'merge' },
  'EphemeralContainer.volumeDevices': { key: 'devicePath', strategy: 'merge' },
  'EphemeralContainer.volumeMounts': { key: 'mountPath', strategy: 'merge' },
  'DaemonSetStatus.conditions': { key: 'type', strategy: 'merge' },
  'DeploymentSpec.strategy': { strategy: 'retainKeys' },
  'DeploymentStatus.conditions': { key: 'type', strategy: 'merge' },
  'JobStatus.conditions': { key: 'type', strategy: 'merge' },
  'NamespaceStatus.conditions': { key: 'type', strategy: 'merge' },
  'NodeSpec.podCIDRs': { strategy: 'merge' },
  'NodeStatus.addresses': { key: 'type', strategy: 'merge' },
  'NodeStatus.conditions': { key: 'type', strategy: 'merge' },
  'ObjectMeta.finalizers': { strategy: 'merge' },
  'ObjectMeta.ownerReferences': { key: 'uid', strategy: 'merge' },
  'PodDisruptionBudgetSpec.selector': { strategy: 'replace' },
  'PodDisruptionBudgetStatus.conditions': { key: 'type', strategy: 'merge' },
  'PodSpec.containers': { key: 'name', strategy: 'merge' },
  'PodSpec.ephemeralContainers': { key: 'name', strategy: 'merge' },
  'PodSpec.hostAliases': { key: 'ip', strategy: 'merge' },
  'PodSpec.imagePullSecrets': { key: 'name', strategy: 'merge' },
  'PodSpec.initContainers': { key: 'name', strategy: 'merge' },
  'PodSpec.resourceClaims': { key: 'name', strategy: 'merge,retainKeys' },
  'PodSpec.schedulingGates': { key: 'name', strategy: 'merge' },
  'PodSpec.topologySpreadConstraints': { key: 'topologyKey', strategy: 'merge' },
  'PodSpec.volumes': { key: 'name', strategy: 'merge,retainKeys' },
  'PodStatus.conditions': { key: 'type', strategy: 'merge' },
  'PodStatus.hostIPs': { key: 'ip', strategy: 'merge' },
  'PodStatus.podIPs': { key: 'ip', strategy: 'merge' },
  'PodStatus.resourceClaimStatuses': { key: 'name', strategy: 'merge,retainKeys' },
  'ReplicaSetStatus.conditions': { key: 'type', strategy: 'merge' },
  'ServiceAccount.secrets': { key: 'name', strategy: 'merge' },
  'ServiceSpec.ports': { key: 'port', strategy: 'merge' },
  'ServiceStatus.conditions': { key: 'type', strategy: 'merge' },
  'StatefulSetStatus.conditions': { key: 'type', strategy: 'merge' },
};
