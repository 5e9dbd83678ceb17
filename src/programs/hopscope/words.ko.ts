import type { WhyWords } from './words.ts';

export const ko: WhyWords = {
  ask: '왜 실패했나요?',
  whatIf: '이렇게 바꾸면',
  failed: (line) => `${line} 실패`,
  succeeded: (line) => `${line} 성공`,
  nothing: '아직 실패한 요청이 없습니다.',
  noCause: '이 요청에는 문제가 없습니다.',
  withheld:
    '이 연습에서는 원인을 숨겨 둡니다. 원인을 찾는 것이 연습의 목적이기 때문입니다. 그래도 볼 수 있지만, 힌트를 한 번 쓴 것으로 셉니다.',
  reveal: '원인 보기(힌트 1회로 셈)',
  shows: '확인하는 명령',
  tryIt: '시험하기',
  apply: '적용',
  trying: '클러스터 사본에서 시험하는 중…',
  arrives: (seconds) => `사본에서는 변경 ${seconds}초 뒤에 요청이 성공합니다.`,
  failsNext: '사본에서도 요청이 실패합니다. 다음 원인:',
  tooLate: '너무 오래된 요청입니다. 다시 요청하세요.',
  close: '닫기',
  traffic: '최근 요청',
  noTraffic: '최근에 지나간 요청이 없습니다.',
  selects: (pods, ready) => `현재 파드 ${pods}개 선택, ${ready}개 준비됨`,
  selectsNone: '현재 선택되는 파드가 없음',
  nearest: (labels) => `가장 가까운 파드의 레이블: ${labels}`,
  portUnnamed: (name, known) =>
    `이름이 ${name}인 컨테이너 포트가 없습니다.${known === '' ? '' : ` 있는 이름: ${known}.`}`,
  portClosed: (port, open) =>
    `파드에서 포트 ${port}를 수신하지 않습니다.${open === '' ? '' : ` 수신 중인 포트: ${open}.`}`,
  objectMissing: (kind, name) => `${kind} ${name}이(가) 없습니다.`,
  keyMissing: (kind, name, key) => `${kind} ${name}에 키 ${key}가 없습니다.`,
  causes: {
    'symptom.refused': () => '연결이 거부되었습니다.',
    'symptom.timeout': () => '아무 응답도 오지 않았습니다.',
    'symptom.unreachable': () => '이 주소를 가진 곳이 없습니다: no route to host.',
    'symptom.name': ({ target }) => `이름 ${target}에 해당하는 주소가 없습니다.`,
    'symptom.empty': () => '서버가 응답 없이 연결을 닫았습니다.',
    'symptom.tls': () => '클라이언트와 서버의 TLS 핸드셰이크가 실패했습니다.',
    'symptom.protocol': () => '다른 프로토콜로 응답이 왔습니다.',
    'rules.reject': ({ node, comment }) => `${node}의 kube-proxy 규칙이 패킷을 거부합니다: ${comment}.`,
    'rules.drop': ({ node, comment }) => `${node}의 kube-proxy 규칙이 패킷을 버립니다: ${comment}.`,
    'rules.late': ({ ready }) => `이제 준비된 파드 ${ready}개가 일치합니다. 그때는 규칙이 아직 갱신되지 않았습니다.`,
    'service.no-endpoints': ({ service }) => `서비스 ${service}에 준비된 엔드포인트가 없습니다.`,
    'service.no-local-endpoints': ({ service, node, policy }) =>
      `서비스 ${service}의 ${policy}가 Local인데 ${node}에는 엔드포인트가 없습니다.`,
    'service.no-selector': ({ service }) => `서비스 ${service}에 셀렉터가 없고 직접 작성한 엔드포인트도 없습니다.`,
    'service.port-unknown': ({ service, asked, ports }) =>
      `서비스 ${service}에 포트 ${asked}가 없습니다. 있는 포트: ${ports}.`,
    'service.port-protocol': ({ service, port, protocol, asked }) =>
      `서비스 ${service}의 포트 ${port}는 ${protocol}인데 요청은 ${asked}로 왔습니다.`,
    'service.missing': ({ name, kind }) => `서비스 ${name}이(가) 없고 같은 이름의 ${kind}만 있습니다.`,
    'service.publishes-not-ready': ({ service, pod }) =>
      `서비스 ${service}는 준비되지 않은 파드도 공개하며, ${pod}가 그중 하나입니다.`,
    'selector.no-match': ({ selector, labels }) =>
      `셀렉터 ${selector}와 일치하는 파드가 없습니다. 파드의 레이블: ${labels}.`,
    'selector.no-pods': ({ selector, namespace }) =>
      `네임스페이스 ${namespace}에 파드가 없어 셀렉터 ${selector}가 찾을 것이 없습니다.`,
    'selector.wrong-pods': ({ selector, reached, workload }) =>
      `셀렉터 ${selector}는 ${workload}가 아니라 ${reached}의 파드를 가리킵니다.`,
    'selector.too-wide': ({ selector, reached, workload }) =>
      `셀렉터 ${selector}는 ${workload}의 파드뿐 아니라 ${reached}의 파드도 선택합니다.`,
    'deployment.scaled-to-zero': ({ deployment }) => `${deployment}의 레플리카가 0개입니다.`,
    'account.missing': ({ name }) =>
      `파드가 서비스어카운트 ${name}(으)로 실행되어야 하는데 그런 서비스어카운트가 없습니다.`,
    'workload.no-pods': ({ kind, workload }) => `${kind} ${workload}에 아직 파드가 없습니다.`,
    'pods.not-ready': ({ count, reason }) => `일치하는 파드는 ${count}개지만 준비된 것이 없습니다: ${reason}.`,
    'pod.terminating': ({ pod }) => `파드 ${pod}가 삭제되는 중이며, 규칙에는 아직 반영되지 않았습니다.`,
    'pod.unschedulable': ({ pod, message }) => `파드 ${pod}가 갈 노드가 없습니다: ${message}`,
    'pod.finished': ({ pod, phase }) => `파드 ${pod}가 끝났습니다(${phase}).`,
    'pod.waits-for': ({ pod, message }) => `파드 ${pod}가 기다립니다: ${message}`,
    'node-selector.no-node': ({ selector, nodes }) =>
      `노드 ${nodes}개 중 nodeSelector ${selector}에 맞는 것이 없습니다.`,
    'affinity.no-node': ({ nodes }) => `노드 ${nodes}개 중 노드 어피니티에 맞는 것이 없습니다.`,
    'requests.too-large': ({ resource, wanted, has }) =>
      `컨테이너가 ${resource} ${wanted}를 요청하는데 노드에는 모두 ${has}뿐입니다.`,
    'node.cordoned': ({ nodes }) => `새 파드를 받지 않도록 차단(cordon)되어 있습니다: ${nodes}.`,
    'node.tainted': ({ node, taint }) => `노드 ${node}에 파드가 허용하지 않는 테인트 ${taint}가 있습니다.`,
    'node.power': ({ node }) => `노드 ${node}의 전원이 꺼져 있습니다.`,
    'node-port.wrong': ({ port, service, nodePort }) =>
      nodePort === undefined
        ? `노드 포트 ${port}를 쓰는 서비스가 없습니다.`
        : `노드 포트 ${port}를 쓰는 서비스가 없습니다. 서비스 ${service}의 포트는 ${nodePort}입니다.`,
    'scheduler.unknown': ({ scheduler }) => `이름이 ${scheduler}인 스케줄러가 없습니다.`,
    'image.not-pulled': ({ image, message }) => `이미지 ${image}를 가져올 수 없습니다: ${message}`,
    'secret.missing': ({ name, similar }) =>
      `시크릿 ${name}이(가) 없습니다.${similar === undefined ? '' : ` 비슷한 이름: ${similar}.`}`,
    'configmap.missing': ({ name, similar }) =>
      `컨피그맵 ${name}이(가) 없습니다.${similar === undefined ? '' : ` 비슷한 이름: ${similar}.`}`,
    'secret.key-missing': ({ name, key, keys }) => `시크릿 ${name}에 키 ${key}가 없습니다. 있는 키: ${keys}.`,
    'configmap.key-missing': ({ name, key, keys }) => `컨피그맵 ${name}에 키 ${key}가 없습니다. 있는 키: ${keys}.`,
    'container.crashed': ({ container, exitCode, log }) =>
      `컨테이너 ${container}가 종료 코드 ${exitCode}로 계속 끝납니다${log === '' ? '.' : `: ${log}`}`,
    'config.invalid': ({ key, line, message }) => `${key} ${line}행: ${message}`,
    'config.loopback': ({ key, line, text }) => `${key} ${line}행은 자기 파드에서만 수신합니다: ${text}`,
    'certificate.broken': ({ name, key }) => `${name}의 키 ${key}에 든 인증서가 손상되었습니다.`,
    'key.broken': ({ name, key }) => `${name}의 키 ${key}에 든 개인 키가 손상되었습니다.`,
    'key.mismatched': ({ name, key }) => `${name}의 키 ${key}에 든 개인 키가 인증서와 맞지 않습니다.`,
    'file.missing': ({ path }) => `파일 ${path}를 제공하는 볼륨이 없습니다.`,
    'command.not-found': ({ command }) => `이미지에 명령 ${command}이(가) 없습니다.`,
    'init.fails': ({ container, command }) =>
      `초기화 컨테이너 ${container}이(가) 먼저 오류 없이 끝나야 다른 컨테이너가 시작되는데 실패합니다: ${command || '이미지의 기본 명령'}.`,
    'command.ends': ({ command }) =>
      `명령이 바로 끝나 실행 중인 것이 남지 않습니다: ${command || '이미지의 기본 명령'}.`,
    'memory.exceeded': ({ container }) => `컨테이너 ${container}가 메모리 제한을 넘었습니다.`,
    'probe.waiting': ({ delay }) => `준비성 프로브는 ${delay}초 뒤에 시작합니다.`,
    'probe.failing': ({ message }) => message,
    'probe.port-wrong': ({ port, listens }) =>
      `프로브는 포트 ${port}를 확인하는데 컨테이너가 수신하는 포트는 ${listens || '없습니다'}.`,
    'probe.path-wrong': ({ path, status }) => `프로브가 ${path}를 요청하면 서버가 ${status}로 응답합니다.`,
    'probe.command-fails': ({ command }) => `프로브의 명령이 실패합니다: ${command}`,
    'container.listens-nowhere': ({ pod, image }) => `파드 ${pod}(${image})는 어떤 포트도 수신하지 않습니다.`,
    'headless.no-translation': ({ service, port, listens }) =>
      `서비스 ${service}는 헤드리스라서 이름이 파드 주소를 그대로 알려 줍니다. 포트 ${port}는 ${listens}(으)로 바뀌지 않습니다.`,
    'headless.no-address': ({ service }) =>
      `서비스 ${service}는 헤드리스라서 준비된 파드가 없으면 이름에 주소가 없습니다.`,
    'endpoints.manual': ({ service, address, port }) =>
      `서비스 ${service}의 엔드포인트는 직접 작성한 것이며 ${address}:${port}에는 응답하는 곳이 없습니다.`,
    'endpoint.on-dead-node': ({ pod, node }) =>
      `규칙이 ${node}의 ${pod}를 골랐지만 그 노드의 파드는 아직 축출되지 않았습니다.`,
    'endpoint.terminating': ({ pod }) => `${pod}는 삭제되는 중이지만 준비된 엔드포인트가 없어 계속 응답합니다.`,
    'target-port.name-unknown': ({ targetPort, names }) =>
      `targetPort가 ${targetPort}인데 그런 이름의 컨테이너 포트가 없습니다.${names === '' ? '' : ` 있는 이름: ${names}.`}`,
    'target-port.wrong': ({ targetPort, listens }) =>
      `서비스의 targetPort는 ${targetPort}인데 컨테이너는 ${listens}에서 수신합니다.`,
    'port.nobody-listens': ({ port, listens }) =>
      listens === ''
        ? `그곳에는 포트 ${port}를 수신하는 것이 없습니다.`
        : `그곳에는 포트 ${port}를 수신하는 것이 없고 ${listens}만 수신합니다.`,
    'port.loopback-only': ({ port, bound }) => `포트 ${port}는 ${bound}에서만 수신하므로 자기 파드만 닿을 수 있습니다.`,
    'port.other-protocol': ({ port, other }) => `포트 ${port}는 ${other}로 수신합니다.`,
    'certificate.self-signed': ({ subject }) =>
      `${subject}의 인증서는 자체 서명되었고, 클라이언트는 이를 신뢰하라는 지시를 받지 않았습니다.`,
    'certificate.unknown-issuer': ({ issuer }) => `클라이언트는 인증서를 서명한 ${issuer}를 알지 못합니다.`,
    'certificate.expired': ({ subject, until }) => `${subject}의 인증서는 ${until}에 만료되었습니다.`,
    'certificate.not-yet-valid': ({ subject, from }) => `${subject}의 인증서는 ${from}부터 유효합니다.`,
    'certificate.other-name': ({ names, serverName }) =>
      `인증서는 ${names} 앞으로 발급되었는데 요청한 이름은 ${serverName}입니다.`,
    'tls.too-old': ({ version, least }) => `서버는 ${version}까지만 지원하는데 클라이언트는 ${least}를 요구합니다.`,
    'port.speaks-plain': ({ port }) => `포트 ${port}는 암호화하지 않은 HTTP인데 요청은 TLS로 왔습니다.`,
    'port.speaks-tls': ({ port }) => `포트 ${port}는 TLS가 필요한데 요청은 그렇지 않았습니다.`,
    'request.wrong-port': ({ port, listens }) => `요청한 포트는 ${port}인데 파드는 ${listens}에서 수신합니다.`,
    'cluster-ip.icmp': ({ service }) =>
      `${service}의 ClusterIP는 어느 기계의 것도 아닙니다. 규칙은 포트만 알고 ICMP는 모릅니다.`,
    'outside.no-route': ({ address, range }) =>
      `클라이언트가 클러스터 밖에 있어 ${address}(${range})로 가는 경로가 없습니다.`,
    'firewall.source-ranges': ({ ranges, client }) =>
      `로드 밸런서는 ${ranges}만 허용하는데 클라이언트는 ${client}입니다.`,
    'policy.ingress-denied': ({ policy, pod, address, protocol, port }) =>
      `네트워크 폴리시 ${policy}가 ${pod}를 격리하며, ${address}에서 ${protocol} ${port}(으)로 들어오는 것을 허용하는 규칙이 없습니다.`,
    'policy.egress-denied': ({ policy, pod, address, protocol, port }) =>
      `네트워크 폴리시 ${policy}가 ${pod}를 격리하며, ${address}의 ${protocol} ${port}(으)로 나가는 것을 허용하는 규칙이 없습니다.`,
    'balancer.no-node': () => '로드 밸런서의 상태 확인을 통과하는 노드가 없습니다.',
    'balancer.pending': ({ service }) => `클라우드가 아직 ${service}의 로드 밸런서를 만들지 않았습니다.`,
    'address.unassigned': ({ address }) => `주소 ${address}를 가진 곳이 이제 없습니다.`,
    'address.unknown': ({ address }) => `주소 ${address}를 가진 곳이 없습니다.`,
    'name.unknown': ({ name, similar }) =>
      similar === undefined
        ? `이름이 ${name}인 것이 없습니다.`
        : `이름이 ${name}인 것이 없습니다. 비슷한 이름: ${similar}.`,
    'name.other-namespace': ({ name, namespace, found }) =>
      `서비스 ${name}은(는) ${namespace}가 아니라 네임스페이스 ${found}에 있습니다.`,
    'name.outside': ({ name, server }) => `${name}은(는) 클러스터 안의 이름이라 밖에 있는 ${server}는 모릅니다.`,
    'external-name.unknown': ({ service, externalName }) =>
      `서비스 ${service}가 가리키는 ${externalName}이라는 이름이 없습니다.`,
    'dns.unanswered': ({ server }) => `DNS 서버 ${server}가 응답하지 않습니다.`,
    'server.error': ({ status, program }) => `네트워크는 정상입니다. ${program}이(가) ${status}로 응답했습니다.`,
    'affinity.client-ip': ({ service, pod, seconds }) =>
      `항상 ${pod}입니다. 서비스 ${service}의 sessionAffinity가 ${seconds}초 동안 ClientIP입니다.`,
    'environment.older': ({ variable, service, pod }) =>
      `${variable}이(가) 비어 있습니다. 파드 ${pod}가 서비스 ${service}보다 먼저 만들어졌습니다.`,
  },
  fixes: {
    'affinity.off': () => '세션 어피니티 끄기',
    'affinity.remove': ({ name }) => `${name}의 노드 어피니티 없애기`,
    'ask.balancer': ({ address }) => `로드 밸런서 ${address}에 요청하기`,
    'ask.anyway': () => '인증서를 확인하지 않고 요청하기',
    'ask.http': () => 'http로 요청하기',
    'ask.https': () => 'https로 요청하기',
    'ask.inside': ({ node }) => `클러스터 안의 ${node}에서 요청하기`,
    'ask.name': ({ host }) => `${host}에 요청하기`,
    'ask.node': ({ node }) => `${node}에 요청하기`,
    'ask.node-port': ({ nodePort }) => `노드 포트 ${nodePort}에 요청하기`,
    'ask.port': ({ port }) => `포트 ${port}에 요청하기`,
    'ask.tcp': () => '규칙이 아는 TCP로 요청하기',
    'balancer.wait': () => '로드 밸런서를 기다린 뒤 그 주소에 요청하기',
    'account.create': ({ name }) => `서비스어카운트 ${name} 만들기`,
    'init.remove': () => '초기화 컨테이너 없애기',
    'command.remove': () => '이미지의 기본 명령 실행하기',
    'config.set': ({ key, line, after }) => `${key} ${line}행 바꾸기: ${after}`,
    'configmap.create': ({ name }) => `컨피그맵 ${name} 만들기`,
    'endpoints.set': ({ address, port, pod }) => `${pod}의 주소 ${address}:${port} 쓰기`,
    'external-name.set': ({ value }) => `externalName을 ${value}(으)로 설정`,
    'image.set': ({ value }) => `이미지를 ${value}(으)로 설정`,
    'key.add': ({ key }) => `키 ${key} 추가`,
    'key.copy': ({ key, from }) => `${from}의 값으로 키 ${key} 추가`,
    'keys.renew': ({ name }) => `${name}의 개인 키와 인증서 새로 만들기`,
    'node-port.open': ({ nodePort }) => `노드 포트 ${nodePort}를 열고 그곳에 요청하기`,
    'node-selector.remove': ({ name }) => `${name}의 nodeSelector 없애기`,
    'node.uncordon': ({ node }) => `${node} 차단 해제(uncordon)`,
    'not-ready.hide': () => '준비된 파드만 공개하기',
    'pods.move': ({ node, count }) => `${node}의 파드 ${count}개를 포기하고 다른 곳에서 새로 시작`,
    'pods.restart': ({ pod }) => `${pod}를 새로 만들어 변수를 받게 하기`,
    'policy.allow': ({ name, address }) => `${name}에 ${address}를 허용하는 규칙 추가`,
    'policy.delete': () => '네트워크 폴리시 삭제',
    'policy.cluster': () => '정책을 Cluster로 설정',
    'port.set': ({ port }) => `서비스의 포트를 ${port}(으)로 설정`,
    'power.on': ({ node }) => `${node} 켜기`,
    'probe.remove': () => '프로브 없애기',
    'probe.set-path': ({ value }) => `프로브의 경로를 ${value}(으)로 설정`,
    'probe.set-port': ({ value }) => `프로브의 포트를 ${value}(으)로 설정`,
    'protocol.set': ({ value }) => `프로토콜을 ${value}(으)로 설정`,
    'reference.set': ({ value }) => `대신 ${value} 쓰기`,
    'replicas.set': ({ name, value }) => `${name}을(를) ${value}개로 스케일링`,
    'requests.lower': ({ value }) => `${value} 요청하기`,
    'rollout.undo': ({ name }) => `${name} 롤백`,
    'scheduler.default': () => '기본 스케줄러 사용',
    'secret.create': ({ name }) => `시크릿 ${name} 만들기`,
    'selector.set': ({ workload, selector }) => `셀렉터를 ${workload}의 레이블 ${selector}(으)로 설정`,
    'service.create': ({ name, port }) => `포트 ${port}로 서비스 ${name} 만들기`,
    'source-range.add': ({ value }) => `${value} 허용하기`,
    'taint.remove': ({ node }) => `${node}의 테인트 없애기`,
    'target-port.set': ({ value }) => `targetPort를 ${value}(으)로 설정`,
    wait: () => '잠시 기다렸다가 다시 요청하기',
  },
};
