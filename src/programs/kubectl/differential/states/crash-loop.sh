# Containers that end, again and again, or never start.
kubectl create deployment crash --image=busybox -- false
kubectl create deployment done --image=busybox -- true
kubectl create deployment wrong --image=nginx:nope
kubectl create deployment config --image=nginx
kubectl apply -f - <<EOF
apiVersion: v1
kind: Pod
metadata: {name: once, labels: {app: once}}
spec:
  restartPolicy: Never
  initContainers:
  - {name: wait, image: busybox, command: [sleep, "5"]}
  containers:
  - {name: main, image: busybox, command: [sh, -c, "exit 3"]}
---
apiVersion: v1
kind: Pod
metadata: {name: keys, labels: {app: keys}}
spec:
  containers:
  - name: main
    image: nginx
    envFrom:
    - configMapRef: {name: absent}
    env:
    - {name: A, valueFrom: {configMapKeyRef: {name: absent, key: a}}}
    - {name: B, valueFrom: {secretKeyRef: {name: absent, key: b, optional: true}}}
    - {name: C, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
    - {name: D, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
EOF
sleep 95
#: describe pod once
#: describe pod keys
#: get pod once -o yaml
#: logs once
