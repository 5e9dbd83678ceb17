# Taints, labels, policies, and a node that takes nothing new.
kubectl create deployment web --image=nginx --replicas=3
sleep 20
kubectl cordon kubernetes-minion-ljyd
kubectl taint nodes kubernetes-minion-905m key=value:NoSchedule other:PreferNoSchedule
kubectl label nodes kubernetes-minion-905m node-role.kubernetes.io/worker= role=front
kubectl scale deployment web --replicas=5
kubectl apply -f - <<EOF
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: front}
spec:
  podSelector: {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: In, values: [a, b]}]}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: other}}}, {namespaceSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]
    ports: [{port: 80}, {port: http, protocol: UDP}, {port: 1000, endPort: 2000}]
  - {}
  egress:
  - to: [{ipBlock: {cidr: 0.0.0.0/0}}]
EOF
sleep 20
#: get netpol
#: describe netpol front
#: get netpol front -o yaml
