import { expect, test } from '@playwright/test';
import { LessonPage, watchConsole } from './lesson-page.ts';

test('a request that fails explains itself, is mended on a copy, and then for real', async ({ page }) => {
  const complaints = watchConsole(page);
  const learner = new LessonPage(page);
  await page.addInitScript(() => localStorage.setItem('hopscope.speed', '10'));
  await page.goto('#/play');
  await learner.ready();
  await learner.type(`kubectl create deployment my-nginx --image=nginx --replicas=2 --port=80
kubectl create service clusterip my-nginx --tcp=80:80 --dry-run=client -o yaml | sed s/app:.my-nginx/app:\\ my-ngnix/ > svc.yaml
kubectl apply -f svc.yaml
kubectl wait --for=condition=Ready pod --all --timeout=60s
ssh kubernetes-minion-905m curl -sS http://$(kubectl get svc my-nginx -o jsonpath={.spec.clusterIP})`);

  await page.getByRole('button', { name: 'Why did this fail?' }).click();
  const card = page.getByRole('region', { name: 'Why did this fail?' });
  await expect(card.getByText('The connection was refused.')).toBeVisible();
  await expect(card.getByText('The selector app=my-ngnix matches no pod.', { exact: false })).toBeVisible();
  await expect(card.getByText(/svc\.yaml:\d+/).first()).toBeVisible();

  await card.getByRole('button', { name: 'Try it' }).first().click();
  await expect(card.getByText(/On the copy the request succeeds/)).toBeVisible();

  await card.getByRole('button', { name: 'Apply' }).first().click();
  await expect(card).toBeHidden();
  await expect.poll(() => learner.screen()).toContain('service/my-nginx configured');
  expect(complaints).toEqual([]);
});
