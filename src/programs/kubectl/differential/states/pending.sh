# Pods that fit nowhere, or wait for what is not there.
kubectl apply -f - <<EOF
apiVersion: v1
kind: Pod
metadata: {name: huge}
spec:
  containers:
  - {name: main, image: nginx, resources: {requests: {cpu: "64", memory: 1Ti}, limits: {cpu: "64", memory: 1Ti}}}
---
apiVersion: v1
kind: Pod
metadata: {name: picky}
spec:
  nodeSelector: {disk: ssd, zone: moon}
  tolerations:
  - {key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 60}
  - {operator: Exists}
  - {key: b, value: c, effect: NoSchedule}
  containers:
  - {name: main, image: nginx}
---
apiVersion: v1
kind: Pod
metadata: {name: volumes}
spec:
  containers:
  - name: main
    image: nginx
    ports: [{containerPort: 80, name: http}, {containerPort: 443, hostPort: 8443, protocol: TCP}]
    volumeMounts: [{name: secret, mountPath: /s, readOnly: true}, {name: empty, mountPath: /e, subPath: x}]
    livenessProbe: {httpGet: {path: /healthz, port: http}, initialDelaySeconds: 3}
    readinessProbe: {tcpSocket: {port: 80}}
  volumes:
  - {name: secret, secret: {secretName: absent}}
  - {name: empty, emptyDir: {medium: Memory, sizeLimit: 10Mi}}
EOF
sleep 200
#: describe pod huge
#: describe pod volumes
