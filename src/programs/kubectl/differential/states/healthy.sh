kubectl run web --image=nginx --port=80
kubectl create deployment my-nginx --image=nginx --replicas=3
kubectl expose deployment my-nginx --port=80
sleep 40
