/** A broken cluster, a request that fails on it, and what is to be said about it. */
export interface WhyCase {
  readonly name: string;
  /** Shell lines on the laptop, after the common beginning: Deployment my-nginx (2 pods), its Service, a pod `client` with curl. */
  readonly setup: string;
  /** Virtual seconds before the request; 2 unless said. */
  readonly wait?: number;
  /** The request, a shell line on the laptop. */
  readonly request: string;
  /** Code of the trace's decisive step. */
  readonly code: string;
  /** The chain's last link, and the field it points to. */
  readonly last: string;
  readonly field?: string;
  /** Code of the fix that is proposed first. */
  readonly fix: string;
}

/** A JSON patch of an object, as a shell line. */
export const json = (kind: string, name: string, ...steps: readonly object[]) =>
  `kubectl patch ${kind} ${name} --type=json -p '${JSON.stringify(steps)}'`;
/** A step of a JSON patch. */
export const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
/** A step of a JSON patch. */
export const add = (path: string, value: unknown) => ({ op: 'add', path, value });
/** Where a workload has its pods' spec. */
export const template = '/spec/template/spec';
/** The request that most cases make: from a pod, by the name of the Service. */
export const web = 'kubectl exec client -- curl -sS --max-time 3 http://my-nginx';
/** All pods of my-nginx made anew, so that none of the old ones serves. */
export const recreate =
  'kubectl scale deployment my-nginx --replicas=0; sleep 3; kubectl scale deployment my-nginx --replicas=2';
/** The Service's address, as a shell expression. */
export const clusterIP = '$(kubectl get service my-nginx -o jsonpath={.spec.clusterIP})';
/** The Service's node port, as a shell expression. */
export const nodePort = '$(kubectl get service my-nginx -o jsonpath={.spec.ports[0].nodePort})';
/** The address of kubernetes-minion-905m on the internet. */
export const external = '104.197.41.11';

/** A pod's template that mounts a ConfigMap as nginx's configuration. */
export const configured = (config: string) => `kubectl create configmap web-conf --from-literal=default.conf='${config}'
${json(
  'deployment',
  'my-nginx',
  add(`${template}/volumes`, [{ name: 'conf', configMap: { name: 'web-conf' } }]),
  add(`${template}/containers/0/volumeMounts`, [{ name: 'conf', mountPath: '/etc/nginx/conf.d' }]),
)}
${recreate}`;

/** An https server that takes its key and its certificate from a Secret. */
export const https = (
  files: string,
) => `openssl req -x509 -nodes -days 365 -newkey rsa:2048 -keyout a.key -out a.crt -subj /CN=web/O=web
openssl genrsa -out b.key 2048; head -c 400 a.key > short.key
kubectl create secret generic web-keys ${files}
kubectl create deployment web --image=bprashanth/nginxhttps:1.0
${json(
  'deployment',
  'web',
  add(`${template}/volumes`, [{ name: 'keys', secret: { secretName: 'web-keys' } }]),
  add(`${template}/containers/0/volumeMounts`, [{ name: 'keys', mountPath: '/etc/nginx/ssl' }]),
)}
kubectl expose deployment web --port=443`;
/** The request to {@link https}, whatever its certificate says. */
export const secure = 'kubectl exec client -- curl -ksS --max-time 3 https://web';

/** A NetworkPolicy that selects pods by their labels. */
export const policy = (name: string, spec: object) => `kubectl apply -f - <<'END'
${JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec })}
END`;
