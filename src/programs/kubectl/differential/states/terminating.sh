# Things on their way out, some held back by a finalizer.
kubectl create namespace held
kubectl apply -n held -f - <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {name: held, finalizers: [example.com/hold]}
data: {a: b}
---
apiVersion: v1
kind: Pod
metadata: {name: slow}
spec:
  terminationGracePeriodSeconds: 600
  containers: [{name: main, image: busybox, command: [sleep, "100000"]}]
EOF
sleep 20
kubectl delete pod slow -n held --wait=false
kubectl delete namespace held --wait=false
sleep 15
#: describe ns held
#: describe pod slow -n held
#: get cm -n held -o yaml
