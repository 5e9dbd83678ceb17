# A Service of every type.
kubectl create deployment web --image=nginx --replicas=4
kubectl apply -f - <<EOF
apiVersion: v1
kind: Service
metadata: {name: node-port}
spec:
  type: NodePort
  selector: {app: web}
  sessionAffinity: ClientIP
  ports: [{name: http, port: 80}, {name: https, port: 443, targetPort: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: balanced, annotations: {example.com/note: "a b"}}
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  loadBalancerSourceRanges: [10.0.0.0/8]
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: headless}
spec:
  clusterIP: None
  selector: {app: web}
  ports: [{name: http, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: outside}
spec: {type: ExternalName, externalName: example.com}
---
apiVersion: v1
kind: Service
metadata: {name: by-hand}
spec:
  externalIPs: [192.0.2.7, 192.0.2.8]
  internalTrafficPolicy: Local
  ports: [{name: http, port: 80, targetPort: web, appProtocol: http}]
---
apiVersion: v1
kind: Endpoints
metadata: {name: by-hand}
subsets:
- addresses: [{ip: 192.0.2.1}, {ip: 192.0.2.2}, {ip: 192.0.2.3}]
  notReadyAddresses: [{ip: 192.0.2.4}]
  ports: [{name: http, port: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: nobody}
spec:
  selector: {app: nobody}
  ports: [{port: 1}, {name: udp, port: 53, protocol: UDP}]
EOF
sleep 60
#: describe svc node-port balanced headless outside by-hand nobody
#: get endpoints by-hand -o yaml
#: get svc -o wide --sort-by=.spec.type
#: get svc -o jsonpath='{range .items[?(@.spec.type=="NodePort")]}{.metadata.name} {.spec.ports[*].nodePort}{"\n"}{end}'
