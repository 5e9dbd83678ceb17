# A rollout in its first second.
kubectl create deployment web --image=nginx:1.25 --replicas=5
kubectl expose deployment web --port=80
sleep 40
kubectl patch deployment web -p '{"spec":{"template":{"metadata":{"annotations":{"again":"yes"}}}}}'
sleep 1
