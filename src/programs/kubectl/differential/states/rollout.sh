# A rollout half way, to an image that is not there.
kubectl create deployment web --image=nginx:1.25 --replicas=4
kubectl expose deployment web --port=80
sleep 40
kubectl set image deployment/web nginx=nginx:1.27
sleep 40
kubectl set image deployment/web nginx=nginx:does-not-exist
sleep 25
#: rollout history deployment/web
#: describe deployment web
