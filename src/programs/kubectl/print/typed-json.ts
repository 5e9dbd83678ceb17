import { writeJson } from './json.ts';

/**
 * Go prints an object of one of its own types in the order of the type's fields, where it sorts the keys of a map. kubectl
 * has such objects where it makes them itself (create, run, expose, config view, events), and maps where they come from
 * the server or a file. Each entry: the fields of a type in their order, `field:Type` where order matters further in.
 */
const TYPES: Readonly<Record<string, string>> = {
  List: 'kind apiVersion metadata items:Object',
  ListOfMaps: 'kind apiVersion metadata items',
  Object: 'kind apiVersion metadata:ObjectMeta',
  ObjectMeta:
    'name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences:OwnerReference finalizers managedFields',
  OwnerReference: 'apiVersion kind name uid controller blockOwnerDeletion',
  LabelSelector: 'matchLabels matchExpressions:Requirement',
  Requirement: 'key operator values',
  Event:
    'kind apiVersion metadata:ObjectMeta involvedObject:ObjectReference reason message source:EventSource firstTimestamp lastTimestamp count type eventTime series:EventSeries action related:ObjectReference reportingComponent reportingInstance',
  ObjectReference: 'kind namespace name uid apiVersion resourceVersion fieldPath',
  EventSource: 'component host',
  EventSeries: 'count lastObservedTime',
  Namespace: 'kind apiVersion metadata:ObjectMeta spec status',
  ConfigMap: 'kind apiVersion metadata:ObjectMeta immutable data binaryData',
  Secret: 'kind apiVersion metadata:ObjectMeta immutable data stringData type',
  ServiceAccount: 'kind apiVersion metadata:ObjectMeta secrets imagePullSecrets automountServiceAccountToken',
  Service: 'kind apiVersion metadata:ObjectMeta spec:ServiceSpec status',
  ServiceSpec:
    'ports:ServicePort selector clusterIP clusterIPs type externalIPs sessionAffinity loadBalancerIP loadBalancerSourceRanges externalName externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses sessionAffinityConfig ipFamilies ipFamilyPolicy allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy trafficDistribution',
  ServicePort: 'name protocol appProtocol port targetPort nodePort',
  Deployment: 'kind apiVersion metadata:ObjectMeta spec:DeploymentSpec status',
  DeploymentSpec:
    'replicas selector:LabelSelector template:PodTemplateSpec strategy:Strategy minReadySeconds revisionHistoryLimit paused progressDeadlineSeconds',
  Strategy: 'type rollingUpdate:RollingUpdate',
  RollingUpdate: 'maxUnavailable maxSurge',
  PodTemplateSpec: 'metadata:ObjectMeta spec:PodSpec',
  Pod: 'kind apiVersion metadata:ObjectMeta spec:PodSpec status',
  PodSpec:
    'volumes:Volume initContainers:Container containers:Container ephemeralContainers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName serviceAccount automountServiceAccountToken nodeName hostNetwork hostPID hostIPC shareProcessNamespace securityContext imagePullSecrets hostname subdomain affinity schedulerName tolerations:Toleration hostAliases priorityClassName priority dnsConfig readinessGates runtimeClassName enableServiceLinks preemptionPolicy overhead topologySpreadConstraints',
  Container:
    'name image command args workingDir ports:ContainerPort envFrom env:EnvVar resources:Resources resizePolicy restartPolicy volumeMounts:VolumeMount volumeDevices livenessProbe readinessProbe startupProbe lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty',
  ContainerPort: 'name hostPort containerPort protocol hostIP',
  EnvVar: 'name value valueFrom',
  Resources: 'limits requests claims',
  VolumeMount: 'name readOnly recursiveReadOnly mountPath subPath mountPropagation subPathExpr',
  Volume: 'name',
  Toleration: 'key operator value effect tolerationSeconds',
  Job: 'kind apiVersion metadata:ObjectMeta spec:JobSpec status',
  JobSpec:
    'parallelism completions activeDeadlineSeconds podFailurePolicy successPolicy backoffLimit backoffLimitPerIndex maxFailedIndexes selector:LabelSelector manualSelector template:PodTemplateSpec ttlSecondsAfterFinished completionMode suspend podReplacementPolicy managedBy',
  CronJob: 'kind apiVersion metadata:ObjectMeta spec:CronJobSpec status',
  CronJobSpec:
    'schedule timeZone startingDeadlineSeconds concurrencyPolicy suspend jobTemplate:JobTemplate successfulJobsHistoryLimit failedJobsHistoryLimit',
  JobTemplate: 'metadata:ObjectMeta spec:JobSpec',
  Ingress: 'kind apiVersion metadata:ObjectMeta spec:IngressSpec status',
  IngressSpec: 'ingressClassName defaultBackend:IngressBackend tls:IngressTLS rules:IngressRule',
  IngressTLS: 'hosts secretName',
  IngressRule: 'host http:IngressPaths',
  IngressPaths: 'paths:IngressPath',
  IngressPath: 'path pathType backend:IngressBackend',
  IngressBackend: 'service:IngressService resource',
  IngressService: 'name port:IngressPort',
  IngressPort: 'name number',
  Role: 'kind apiVersion metadata:ObjectMeta rules:PolicyRule',
  ClusterRole: 'kind apiVersion metadata:ObjectMeta rules:PolicyRule aggregationRule',
  PolicyRule: 'verbs apiGroups resources resourceNames nonResourceURLs',
  RoleBinding: 'kind apiVersion metadata:ObjectMeta subjects:Subject roleRef:RoleRef',
  ClusterRoleBinding: 'kind apiVersion metadata:ObjectMeta subjects:Subject roleRef:RoleRef',
  Subject: 'kind apiGroup name namespace',
  RoleRef: 'apiGroup kind name',
  ResourceQuota: 'kind apiVersion metadata:ObjectMeta spec:QuotaSpec status',
  QuotaSpec: 'hard scopes scopeSelector',
  PodDisruptionBudget: 'kind apiVersion metadata:ObjectMeta spec:BudgetSpec status:BudgetStatus',
  BudgetSpec: 'minAvailable selector:LabelSelector maxUnavailable unhealthyPodEvictionPolicy',
  BudgetStatus:
    'observedGeneration disruptedPods disruptionsAllowed currentHealthy desiredHealthy expectedPods conditions',
  PriorityClass: 'kind apiVersion metadata:ObjectMeta value globalDefault description preemptionPolicy',
  HorizontalPodAutoscaler: 'kind apiVersion metadata:ObjectMeta spec:ScalerSpec status:ScalerStatus',
  ScalerSpec: 'scaleTargetRef:ScaleTarget minReplicas maxReplicas targetCPUUtilizationPercentage metrics behavior',
  ScaleTarget: 'kind name apiVersion',
  ScalerStatus: 'observedGeneration lastScaleTime currentReplicas desiredReplicas',
  Config:
    'kind apiVersion preferences clusters:NamedCluster users:NamedUser contexts:NamedContext current-context extensions',
  NamedCluster: 'name cluster:Cluster',
  Cluster:
    'server tls-server-name insecure-skip-tls-verify certificate-authority certificate-authority-data proxy-url disable-compression extensions',
  NamedUser: 'name user:User',
  User: 'client-certificate client-certificate-data client-key client-key-data token tokenFile as as-uid as-groups as-user-extra username password auth-provider exec extensions',
  NamedContext: 'name context:Context',
  Context: 'cluster user namespace extensions',
  SelfSubjectReview: 'kind apiVersion metadata:ObjectMeta status:ReviewStatus',
  ReviewStatus: 'userInfo:UserInfo',
  UserInfo: 'username uid groups extra',
};

/** JSON of an object that kubectl holds in a type of its own. */
export function emitTypedJson(object: Readonly<Record<string, unknown>>): string {
  const kind = String(object['kind'] ?? '');
  return writeJson(object, '    ', fieldsOf, kind.endsWith('List') ? 'List' : kind);
}

/** JSON of a list of Go's own type whose items are maps. */
export function emitListJson(list: Readonly<Record<string, unknown>>): string {
  return writeJson(list, '    ', fieldsOf, 'ListOfMaps');
}

/** The fields in the order of the type, then the others by name. */
function fieldsOf(record: Readonly<Record<string, unknown>>, type: string): (readonly [string, string])[] {
  const itsType = type === 'Object' ? (TYPES[String(record['kind'])] ?? TYPES['Object']) : TYPES[type];
  const known = (itsType ?? '')
    .split(' ')
    .filter((field) => field !== '')
    .map((field): readonly [string, string] => {
      const [name = '', inner = ''] = field.split(':');
      return [name, inner];
    });
  const names = new Set(known.map(([name]) => name));
  const others = Object.keys(record).filter((name) => !names.has(name));
  return [...known, ...others.sort().map((name) => [name, ''] as const)];
}
