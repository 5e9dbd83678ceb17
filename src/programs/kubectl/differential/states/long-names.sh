# Names and labels as long as they may be, and text in many scripts.
N=a-name-that-is-as-long-as-a-label-may-be-which-is-sixty-three-c
kubectl create deployment $N --image=nginx
kubectl create service clusterip $N --tcp=80:80
kubectl run $N --image=nginx --labels=app=$N,tier=front
kubectl annotate pod $N description="Grüße aus dem Cluster 🐳" 世界.example.com/x=y
kubectl annotate pod $N description="Grüße aus dem Cluster 🐳" note="two
lines"
kubectl create configmap unicode --from-literal=greeting="こんにちは世界" --from-literal=emoji="🐳🐙" --from-literal=lines="one
two
" --from-literal=10=ten --from-literal=9=nine
kubectl create secret generic unicode --from-literal=password="pässwörd" --from-literal=empty=
sleep 30
#: get cm unicode -o yaml
#: get cm unicode -o json
#: describe cm unicode
#: describe secret unicode
#: get secret unicode -o jsonpath={.data.password}
#: get secret unicode -o go-template='{{.data.password | base64decode}}'
