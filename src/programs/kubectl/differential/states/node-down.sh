# A node without power.
kubectl create deployment web --image=nginx --replicas=6
kubectl expose deployment web --port=80
sleep 30
ssh kubernetes-minion-905m sudo poweroff
sleep 400
#: describe node kubernetes-minion-905m
#: get nodes -o jsonpath='{range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status} {.spec.taints[*].key}{"\n"}{end}'
