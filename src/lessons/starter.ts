/** A lesson that works, to start from: by path inside its folder. */
export function starterLesson(order: number): Readonly<Record<string, string>> {
  return {
    'lesson.yaml': `# yaml-language-server: $schema=../lesson.schema.json
order: ${order}
minutes: 5
cluster: gce
files: [web.yaml]
steps:
  - id: apply
    checks:
      - id: ready
        now: { objects: { resource: pods, name: web, match: { status: { conditions: [{ type: Ready, status: 'True' }] } } } }
    hints:
      - id: no-such-file
        when: { command: { matches: '^kubectl (apply|create)', output: does not exist } }
    solutions:
      - kubectl apply -f web.yaml; kubectl wait --for=condition=Ready pod/web
    wrong:
      - run: kubectl apply -f wbe.yaml
        hint: no-such-file
    focus: { kind: Pod, name: web }
    demo:
      on: node
      prepare: kubectl apply -f web.yaml; kubectl wait --for=condition=Ready pod/web
      run: curl -s http://<POD-IP>
      shows: [server.answer]
`,
    'files/web.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
  - name: nginx
    image: nginx
    ports:
    - containerPort: 80
`,
    'en.md': `---
title: A new lesson
summary: One sentence on what the learner will know afterwards.
---

Why it matters, in two or three sentences.

:::step{#apply}
# Start a pod

What to do, and what to look at meanwhile.

\`\`\`run
kubectl apply -f web.yaml
\`\`\`

::demo[What to watch when a node asks the pod for its page.]
::check[Pod \`web\` is ready]{#ready}
::hint[kubectl found no such file. \`ls\` lists your files.]{#no-such-file}
:::
`,
    'zh-CN.md': `---
title: 新的课程
summary: 用一句话说明学完之后会知道什么。
---

用两三句话说明它为什么重要。

:::step{#apply}
# 启动一个 Pod

要做什么，同时留意什么。

\`\`\`run
kubectl apply -f web.yaml
\`\`\`

::demo[节点向 Pod 请求页面时，要留意什么。]
::check[Pod \`web\` 已就绪]{#ready}
::hint[kubectl 找不到这个文件。用 \`ls\` 列出你的文件。]{#no-such-file}
:::
`,
    'ko.md': `---
title: 새 레슨
summary: 다 마치면 무엇을 알게 되는지 한 문장으로 씁니다.
---

왜 중요한지 두세 문장으로 씁니다.

:::step{#apply}
# 파드 시작하기

무엇을 하고, 그동안 무엇을 볼지 씁니다.

\`\`\`run
kubectl apply -f web.yaml
\`\`\`

::demo[노드가 파드에 페이지를 요청할 때 무엇을 볼지 씁니다.]
::check[파드 \`web\`이 준비됨]{#ready}
::hint[kubectl이 그 파일을 찾지 못했습니다. \`ls\`로 파일 목록을 볼 수 있습니다.]{#no-such-file}
:::
`,
  };
}
