import { expect, test } from '@playwright/test';
import { LessonPage } from './lesson-page.ts';

test('a request to a ClusterIP is rewritten to a pod on the way, and the page shows where', async ({ page }) => {
  const learner = new LessonPage(page);
  await learner.open('create-service');
  await learner.type('kubectl expose deployment/my-nginx');
  await learner.type('kubectl get svc my-nginx -o jsonpath="{.spec.clusterIP}{\'\\n\'}"');
  const clusterIP = /^10\.0\.\d+\.\d+$/m.exec(await learner.screen())?.[0] ?? '';
  expect(clusterIP).not.toBe('');
  await learner.type(`ssh kubernetes-minion-905m curl -s http://${clusterIP}`);
  expect(await learner.screen()).toContain('nginx');
  const hops = page.locator('.hops-pane');
  await expect(hops).toContainText(`10.240.0.7 → ${clusterIP}:80`);
  await expect(hops, 'on the node of the client').toContainText('905m rewrites the address');
  await expect(hops).toContainText(new RegExp(`${clusterIP} → 10\\.244\\.\\d+\\.\\d+:80`));
});
