/** One line for bash, with a real kubectl on its PATH, and what must come of it. */
export interface SweepCase {
  /** The row of the table. */
  readonly verb: string;
  readonly line: string;
  /** Standard output, then standard error, then `exit N` unless that is 0. */
  readonly says: RegExp;
  /** The first minor version of kubectl that can do it. */
  readonly since?: number;
}

/** Lines that build on one another, in a namespace of their own. Areas know nothing of one another, and may run at once. */
export interface SweepArea {
  readonly name: string;
  readonly cases: readonly SweepCase[];
}

type Row = readonly [verb: string, line: string, says: RegExp, since?: number];

function area(name: string, rows: readonly Row[]): SweepArea {
  return {
    name,
    cases: rows.map(([verb, line, says, since]) => ({
      verb,
      line,
      says,
      ...(since === undefined ? {} : { since }),
    })),
  };
}

/** Files that lie in the folder where every line runs. */
export const SWEEP_FILES: Readonly<Record<string, string>> = {
  'web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { run: web } }
  template:
    metadata: { labels: { run: web } }
    spec: { containers: [{ name: web, image: nginx, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { run: web }, ports: [{ port: 80 }] }
`,
  'typo.yaml': `apiVersion: v1
kind: Service
metadata: { name: typo }
spec: { selectr: { run: web }, ports: [{ port: 80 }] }
`,
  'config.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { colour: red }
`,
};

const WEB = 'kubectl apply -f web.yaml >out && kubectl rollout status deploy/web --timeout=60s';
const UP = /successfully rolled out\n$/;
/** Runs `go` once a background command has printed `sign` into the file out, then stops it. */
const during = (command: string, sign: string, go: string) =>
  `rm -f out; ${command} >out 2>&1 & for i in $(seq 200); do grep -q ${sign} out && break; sleep 0.1; done; ${go}; kill $!; wait; cat out`;

/** What issue after issue asks of the served API, verb by verb. */
export const SWEEP: readonly SweepArea[] = [
  area('read', [
    ['apply', WEB, UP],
    ['get', 'kubectl get nodes', /^NAME +STATUS +ROLES +AGE +VERSION\n\S+ +Ready +<none> +\S+ +v1\.33\./],
    ['get', 'kubectl get deploy,svc', /deployment\.apps\/web +2\/2[\s\S]*service\/web +ClusterIP/],
    ['get', 'kubectl get pods -o wide', /NOMINATED NODE +READINESS GATES\nweb-\S+ +1\/1 +Running/],
    ['get', 'kubectl get pods -o name', /^pod\/web-\S+\npod\/web-\S+\n$/],
    ['get', 'kubectl get pods --sort-by=.metadata.name -L run', /RUN\nweb.* web\n/],
    ['get', "kubectl get svc web -o jsonpath='{.spec.ports[0].port}'", /^80$/],
    ['get', 'kubectl get svc web -o custom-columns=N:.metadata.name', /^N\nweb\n$/],
    ['get', "kubectl get svc web -o go-template='{{.spec.type}}'", /^ClusterIP$/],
    ['get', 'kubectl get deploy web -o yaml --show-managed-fields', /manager: kubectl-client-side-apply/],
    ['get', 'kubectl get pods --field-selector status.phase=Pending', /^No resources found in read namespace\.\n$/],
    ['get', 'kubectl get pod nope', /^Error from server \(NotFound\): pods "nope" not found\nexit 1$/],
    ['get', 'kubectl get nonsense', /^error: the server doesn't have a resource type "nonsense"\nexit 1$/],
    ['get', 'kubectl get all --chunk-size=1', /pod\/web[\s\S]*replicaset\.apps\/web/],
    [
      'get (watch)',
      during('kubectl get cm -w --output-watch-events', 'kube-root', 'kubectl create cm seen; sleep 0.5'),
      /ADDED +kube-root-ca\.crt[\s\S]*ADDED +seen +0/,
    ],
    ['get (watch)', 'kubectl get pods --watch-only --request-timeout=1s', /^(?:.*timeout.*\n)?(?:exit 1)?$/i],
    ['describe', 'kubectl describe svc web', /Endpoints: +10\.\S+:80,10\.\S+:80\n/],
    ['describe', 'kubectl describe pod -l run=web', /Events:[\s\S]*Started +\S+ +kubelet +Started container/i],
    ['describe', 'kubectl describe deploy web', /OldReplicaSets: +<none>\nNewReplicaSet: +web-/],
    ['describe', 'kubectl describe node kubernetes-minion-905m', /Allocated resources:/],
    ['describe', 'kubectl describe ns read', /^Name: +read\n[\s\S]*Status: +Active/],
    ['events', 'kubectl events --for deploy/web', /ScalingReplicaSet +Deployment\/web/],
    ['events', 'kubectl get events --sort-by=.lastTimestamp', /SuccessfulCreate/],
    ['logs', 'kubectl logs deploy/web --tail=1', /start worker process/],
    ['logs', 'kubectl logs -l run=web --prefix --tail=1', /^\[pod\/web-\S+\/web\] /],
    ['logs (-f)', during('kubectl logs -f deploy/web', 'entrypoint', 'true'), /nginx|entrypoint/],
    ['logs', 'kubectl logs deploy/web -c nope', /container nope is not valid for pod web-/],
    ['explain', 'kubectl explain service.spec.type', /FIELD: type <string>/],
    ['explain', 'kubectl explain deployment --recursive', /maxSurge/],
    ['api-resources', 'kubectl api-resources', /^deployments +deploy +apps\/v1 +true +Deployment$/m],
    ['api-resources', 'kubectl api-resources --namespaced=false -o name', /^nodes$/m],
    ['api-versions', 'kubectl api-versions', /^apps\/v1\n[\s\S]*^v1\n$/m],
    ['cluster-info', 'kubectl cluster-info', /Kubernetes control plane.* is running at .*http/],
    ['version', 'kubectl version -o json', /"gitVersion": "v1\.33\.4"/],
    ['top *', 'kubectl top nodes', /^error: Metrics API not available\nexit 1$/],
    ['top *', 'kubectl top pods', /^error: Metrics API not available\nexit 1$/],
    ['auth', 'kubectl auth can-i delete pods', /^yes\n$/],
    ['auth', 'kubectl auth can-i --list', /Resources +Non-Resource URLs +Resource Names +Verbs/],
    ['auth', 'kubectl auth whoami', /ATTRIBUTE +VALUE\n/, 28],
    ['get --raw', 'kubectl get --raw /healthz', /^ok$/],
    ['get --raw', 'kubectl get --raw "/readyz?verbose"', /check passed\n$/],
    ['get --raw', 'kubectl get --raw /version', /"major": "1"/],
    ['get --raw', 'kubectl get --raw /openapi/v3', /"paths"/],
    ['get --raw', 'kubectl get --raw /nonsense', /the server could not find the requested resource\nexit 1$/],
  ]),
  area('lists', [
    ['create', 'for i in 1 2 3 4 5; do kubectl create cm c$i; done', /configmap\/c5 created/],
    ['limit, continue', 'kubectl get cm --chunk-size=2', /c1 [\s\S]*c5 [\s\S]*kube-root-ca/],
    [
      'limit, continue',
      'kubectl get --raw "/api/v1/namespaces/lists/configmaps?limit=2"',
      /"continue":"[^"]+","remainingItemCount":4/,
    ],
    [
      'limit, continue',
      'kubectl get --raw "/api/v1/namespaces/lists/configmaps?limit=2&continue=nonsense"',
      /continue key is not valid/,
    ],
    [
      'resourceVersionMatch',
      'kubectl get --raw "/api/v1/namespaces/lists/configmaps?resourceVersion=0&resourceVersionMatch=NotOlderThan"',
      /"kind":"ConfigMapList"/,
    ],
    [
      'resourceVersionMatch',
      'kubectl get --raw "/api/v1/namespaces/lists/configmaps?resourceVersionMatch=Exact"',
      /resourceVersionMatch is forbidden unless resourceVersion is provided/,
    ],
    [
      'resourceVersionMatch',
      'kubectl get --raw "/api/v1/namespaces/lists/configmaps?resourceVersion=999999999"',
      /Too large resource version: 999999999/,
    ],
    [
      'bookmarks',
      'kubectl get --raw "/api/v1/namespaces/lists/configmaps?watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1"',
      /"type":"BOOKMARK".*"k8s\.io\/initial-events-end":"true"/,
    ],
    [
      '410 Gone',
      'kubectl get --raw "/api/v1/namespaces/lists/configmaps?watch=1&resourceVersion=1&timeoutSeconds=1"',
      /"type":"ERROR".*"reason":"Expired".*"code":410/,
    ],
  ]),
  area('apply', [
    ['apply', 'kubectl apply -f web.yaml', /^deployment\.apps\/web created\nservice\/web created\n$/],
    ['apply', 'kubectl apply -f web.yaml', /^deployment\.apps\/web unchanged\nservice\/web unchanged\n$/],
    [
      'apply',
      'sed "s/replicas: 2/replicas: 1/" web.yaml | kubectl apply -f -',
      /web configured\nservice\/web unchanged/,
    ],
    ['apply', 'kubectl apply -f web.yaml --dry-run=server', /web configured \(server dry run\)/],
    [
      'apply',
      'sed "s/name: settings/name: old, labels: { set: a }/" config.yaml | kubectl apply -f - && sed "s/name: settings/name: new, labels: { set: a }/" config.yaml | kubectl apply -f - --prune -l set=a --prune-allowlist=core/v1/ConfigMap',
      /^configmap\/old created\nconfigmap\/new created\nconfigmap\/old pruned\n/,
    ],
    ['apply', 'kubectl apply view-last-applied svc/web', /selector:\n +run: web/],
    ['apply (server side)', 'kubectl apply --server-side -f config.yaml', /^configmap\/settings serverside-applied\n$/],
    [
      'apply (server side)',
      'sed "s/red/blue/" config.yaml | kubectl apply --server-side --field-manager=other -f -',
      /^error: Apply failed with 1 conflict: conflict with "kubectl(-client-side-apply)?"(?: using v1)?: \.data\.colour\n[\s\S]*exit 1$/,
    ],
    [
      'apply (server side)',
      'sed "s/red/blue/" config.yaml | kubectl apply --server-side --field-manager=other --force-conflicts -f -; kubectl get cm settings -o jsonpath="{.data.colour}"',
      /serverside-applied\nblue$/,
    ],
    [
      'diff',
      'sed "s/red/green/" config.yaml | kubectl diff -f -',
      /^-.*colour: blue$[\s\S]*^\+.*colour: green$[\s\S]*exit 1$/m,
    ],
    ['diff', 'kubectl diff --server-side --force-conflicts -f config.yaml', /^\+ +colour: red$/m],
    [
      'fieldValidation',
      'kubectl apply -f typo.yaml',
      /strict decoding error: unknown field "spec\.selectr"[\s\S]*exit 1$/,
    ],
    [
      'fieldValidation',
      'kubectl apply -f typo.yaml --validate=warn',
      /^service\/typo created\n.*Warning: unknown field "spec\.selectr"\n/,
    ],
    [
      'fieldValidation',
      'sed "s/typo/other/" typo.yaml | kubectl create -f - --validate=ignore --dry-run=server',
      /^service\/other created \(server dry run\)\n$/,
    ],
    [
      'warnings',
      'kubectl get endpoints',
      /Warning: v1 Endpoints is deprecated in v1\.33\+; use discovery\.k8s\.io\/v1 EndpointSlice/,
    ],
    ['edit', 'KUBE_EDITOR="sed -i s/blue/pink/" kubectl edit cm settings', /^configmap\/settings edited\n$/],
    ['edit', 'KUBE_EDITOR=true kubectl edit cm settings', /^Edit cancelled, no changes made\.\n$/],
    [
      'edit',
      'KUBE_EDITOR="sed -i s/replicas:.1/replicas:\\ 3/" kubectl edit deploy web',
      /^deployment\.apps\/web edited\n$/,
    ],
    ['patch', `kubectl patch svc web -p '{"spec":{"ports":[{"port":80,"name":"http"}]}}'`, /^service\/web patched\n$/],
    ['patch', `kubectl patch cm settings --type=merge -p '{"data":{"colour":null,"size":"1"}}'`, /patched\n$/],
    [
      'patch',
      `kubectl patch cm settings --type=json -p '[{"op":"replace","path":"/data/size","value":"2"}]'`,
      /patched\n$/,
    ],
    [
      'patch',
      `kubectl patch cm settings --type=json -p '[{"op":"test","path":"/data/size","value":"9"}]'`,
      /^The request is invalid: the server rejected our request due to an error in our request\nexit 1$/,
    ],
    ['patch', `kubectl patch cm settings --type=merge -p '{"data":{"size":"2"}}'`, /patched \(no change\)\n$/],
    ['patch', `kubectl patch deploy web --subresource=scale --type=merge -p '{"spec":{"replicas":1}}'`, /patched\n$/],
    ['replace', 'kubectl get cm settings -o yaml | sed s/\'"2"\'/\'"3"\'/ | kubectl replace -f -', /replaced\n$/],
    ['replace', 'kubectl replace --force -f config.yaml', /deleted[\s\S]*configmap\/settings replaced\n$/],
    [
      'kustomize',
      'mkdir -p k && cp config.yaml k && printf "namePrefix: a-\\nresources: [config.yaml]\\n" >k/kustomization.yaml && kubectl apply -k k',
      /configmap\/a-settings created/,
    ],
  ]),
  area('write', [
    [
      'create',
      'kubectl create deployment web --image=nginx --replicas=2 --port=80',
      /^deployment\.apps\/web created\n$/,
    ],
    ['create', 'kubectl create secret generic s --from-literal=a=b', /^secret\/s created\n$/],
    ['create', 'kubectl create secret generic s --from-literal=a=b', /secrets "s" already exists\nexit 1$/],
    ['create', 'kubectl create service nodeport n --tcp=80:80', /^service\/n created\n$/],
    [
      'create',
      'kubectl create service clusterip Bad --tcp=80',
      /metadata\.name: Invalid value: "Bad": a DNS-1035 label/,
    ],
    ['create', 'kubectl create ingress i --rule=a.example/=n:80', /^ingress\.networking\.k8s\.io\/i created\n/],
    [
      'create',
      'kubectl create sa robot && kubectl create pdb p --selector=app=web --min-available=1',
      /robot created\n.*p created\n$/,
    ],
    ['create', 'kubectl create job j --image=busybox -- true', /^job\.batch\/j created\n$/],
    ['create', 'kubectl create ns write-other --dry-run=server -o name', /^namespace\/write-other\n$/],
    ['rollout', 'kubectl rollout status deploy/web --timeout=60s', UP],
    ['wait', 'kubectl wait --for=condition=Available deploy/web --timeout=20s', /condition met\n$/],
    ['wait', 'kubectl wait --for=condition=complete job/j --timeout=60s', /condition met\n$/],
    ['wait', "kubectl wait --for=jsonpath='{.status.readyReplicas}'=2 deploy/web --timeout=20s", /condition met\n$/],
    [
      'wait',
      'kubectl wait --for=condition=nope pod -l app=web --timeout=1s',
      /timed out waiting for the condition[\s\S]*exit 1$/,
    ],
    ['expose', 'kubectl expose deploy web --port=80', /^service\/web exposed\n$/],
    ['scale', 'kubectl scale deploy/web --replicas=3', /^deployment\.apps\/web scaled\n$/],
    [
      'scale',
      'kubectl scale deploy/web --replicas=3 --current-replicas=7',
      /Expected replicas to be 7, was 3\nexit 1$/,
    ],
    ['set', 'kubectl set image deploy/web nginx=nginx:1.27', /image updated\n$/],
    ['set', 'kubectl set env deploy/web A=b', /env updated\n$/],
    ['set', 'kubectl set resources deploy/web --requests=cpu=10m', /resource requirements updated\n$/],
    ['set', 'kubectl set selector svc/web app=web', /selector updated\n$/],
    ['set', 'kubectl set serviceaccount deploy/web robot', /serviceaccount updated\n$/],
    ['rollout', 'kubectl rollout status deploy/web --timeout=90s', UP],
    ['rollout', 'kubectl rollout history deploy/web', /REVISION +CHANGE-CAUSE\n1 +<none>\n/],
    ['rollout', 'kubectl rollout history deploy/web --revision=1', /with revision #1[\s\S]*Image:\t?\s*nginx/],
    ['rollout', 'kubectl rollout undo deploy/web', /rolled back\n$/],
    ['rollout', 'kubectl rollout pause deploy/web && kubectl rollout resume deploy/web', /paused\n.*resumed\n$/],
    ['rollout', 'kubectl rollout restart deploy/web', /restarted\n$/],
    ['rollout', 'kubectl rollout status deploy/web --timeout=90s', UP],
    [
      'label',
      'kubectl label deploy web a=b && kubectl label deploy web a=c',
      /labeled\n[\s\S]*'a' already has a value \(b\), and --overwrite is false\nexit 1$/,
    ],
    ['label', 'kubectl label deploy web a-', /unlabeled\n$/],
    [
      'annotate',
      'kubectl annotate deploy web note=1 && kubectl annotate deploy web note-',
      /annotated?\n.*annotated?\n$/,
    ],
    [
      'autoscale *',
      'kubectl autoscale deploy web --max=3',
      /could not find the requested resource(?: \(post horizontalpodautoscalers\.autoscaling\))?\nexit 1$/,
    ],
    ['run', 'kubectl run one --image=nginx --labels=app=one', /^pod\/one created\n$/],
    ['wait', 'kubectl wait --for=condition=Ready pod/one --timeout=30s', /condition met\n$/],
    ['run', 'kubectl run try --image=busybox --restart=Never --rm -i --quiet -- echo hello </dev/null', /hello\n/],
    [
      'certificate *',
      'kubectl certificate approve nobody',
      /^error: the server doesn't have a resource type "certificatesigningrequests"\nexit 1$/,
    ],
    ['delete', 'kubectl delete pod one --now', /pod "one" deleted/],
    [
      'delete',
      'kubectl delete deploy web --cascade=orphan && kubectl get rs -l app=web -o name',
      /deleted[\s\S]*replicaset\.apps\/web-/,
    ],
    ['delete', 'kubectl delete rs -l app=web --cascade=foreground --timeout=60s', /deleted/],
    ['delete', 'kubectl get pods -l app=web', /^No resources found/],
    ['delete', 'kubectl delete job j --cascade=background', /job\.batch "j" deleted/],
    ['delete', 'kubectl delete svc n --dry-run=server', /"n" deleted \(server dry run\)/],
    ['delete', 'kubectl delete pod nope --ignore-not-found; kubectl delete svc --all', /service "n" deleted/],
    [
      'delete',
      'kubectl run slow --image=nginx >out && kubectl delete pod slow --grace-period=0 --force',
      /^pod "slow" force deleted[\s\S]*\n.*Immediate deletion does not wait/,
    ],
  ]),
  area('streams', [
    ['apply', WEB, UP],
    [
      'exec',
      'kubectl exec deploy/web -- sh -c "echo hello; echo bad >&2; exit 3"',
      /^hello\nbad\ncommand terminated with exit code 3\nexit 3$/,
    ],
    ['exec', 'echo typed | kubectl exec -i deploy/web -- cat', /^typed\n$/],
    [
      'exec',
      'kubectl exec deploy/web -- nonsense',
      /exec failed[\s\S]*"nonsense": executable file not found in \$PATH[\s\S]*exit 1(?:2[67])?$/,
    ],
    ['exec', 'kubectl exec nope -- ls', /pods "nope" not found\nexit 1$/],
    [
      'exec (tty)',
      `script -qec 'kubectl exec -it deploy/web -- sh -c "tty; echo hello"' /dev/null </dev/null`,
      /hello\r?\n/,
    ],
    [
      'attach',
      during('kubectl attach deploy/web', '.', 'true'),
      /^If you don't see a command prompt, try pressing enter\.\n/,
    ],
    [
      'port-forward',
      during(
        'kubectl port-forward deploy/web :80',
        'Forwarding',
        'curl -sS localhost:$(sed -n "s/.*127.0.0.1:\\([0-9]*\\).*/\\1/p" out); curl -sSI localhost:$(sed -n "s/.*127.0.0.1:\\([0-9]*\\).*/\\1/p" out)',
      ),
      /Welcome to nginx![\s\S]*HTTP\/1\.1 200 OK[\s\S]*Forwarding from 127\.0\.0\.1:\d+ -> 80\n[\s\S]*Handling connection/,
    ],
    [
      'port-forward',
      during(
        'kubectl port-forward svc/web :80',
        'Forwarding',
        'curl -sS localhost:$(sed -n "s/.*127.0.0.1:\\([0-9]*\\).*/\\1/p" out)',
      ),
      /Welcome to nginx!/,
    ],
    [
      'port-forward',
      during(
        'kubectl port-forward deploy/web :81',
        'Forwarding',
        'curl -sS localhost:$(sed -n "s/.*127.0.0.1:\\([0-9]*\\).*/\\1/p" out)',
      ),
      /failed to connect to localhost:81 inside namespace|connection refused/i,
    ],
    [
      'proxy',
      during(
        'kubectl proxy --port=0',
        'Starting',
        'curl -sS localhost:$(sed -n "s/.*127.0.0.1:\\([0-9]*\\).*/\\1/p" out)/api/v1/namespaces/streams/services/web',
      ),
      /"kind": ?"Service"[\s\S]*Starting to serve on 127\.0\.0\.1/,
    ],
    [
      'cp *',
      'echo there >f && kubectl cp f $(kubectl get pods -o jsonpath="{.items[0].metadata.name}"):/tmp/f',
      /exec: "tar": executable file not found in \$PATH/,
    ],
    ['debug', 'kubectl debug nope --image=busybox', /pods "nope" not found/],
  ]),
  area('nodes', [
    ['cordon', 'kubectl cordon kubernetes-minion-ljyd', /^node\/kubernetes-minion-ljyd cordoned\n$/],
    ['get', 'kubectl get nodes', /ljyd +Ready,SchedulingDisabled/],
    ['uncordon', 'kubectl uncordon kubernetes-minion-ljyd', /uncordoned\n$/],
    [
      'taint',
      'kubectl taint node kubernetes-minion-ljyd k=v:PreferNoSchedule && kubectl taint node kubernetes-minion-ljyd k-',
      /tainted\n.*untainted\n$/,
    ],
  ]),
  area('drain', [
    [
      'drain',
      'kubectl create deploy d --image=nginx --replicas=2 >out && kubectl rollout status deploy/d --timeout=60s',
      UP,
    ],
    [
      'drain',
      'kubectl drain kubernetes-minion-ljyd --dry-run=server --ignore-daemonsets --delete-emptydir-data --pod-selector=app=d',
      /drained \(server dry run\)/,
    ],
    [
      'drain',
      'kubectl drain kubernetes-minion-ljyd --ignore-daemonsets --delete-emptydir-data --pod-selector=app=d --timeout=120s; kubectl uncordon kubernetes-minion-ljyd',
      /drained\n[\s\S]*uncordoned\n/,
    ],
  ]),
];
