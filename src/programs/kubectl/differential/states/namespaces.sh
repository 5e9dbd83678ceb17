# Many namespaces with the same names in them.
for n in a b c d e f g h; do
  kubectl create namespace team-$n
  kubectl create deployment web -n team-$n --image=nginx --replicas=2
  kubectl expose deployment web -n team-$n --port=8080 --target-port=80 --name=web
  kubectl create configmap settings -n team-$n --from-literal=name=$n --from-literal=empty=
done
kubectl label namespace team-a pod-security.kubernetes.io/enforce=baseline owner=me
sleep 45
#: get pods -n team-a
#: describe ns team-a
#: get all -n team-h
#: get pods -n absent
