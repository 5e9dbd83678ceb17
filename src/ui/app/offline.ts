/** The page's own files first: the service worker asks for the rest of the build only when the page has settled, in ms. */
const REGISTER_AFTER = 6000;

/**
 * Makes the page work without a network from the second visit on. Calls `onUpdate` when another build waits to take over; its
 * argument lets it, and reloads the page into it. Does nothing where service workers are forbidden, or while developing.
 */
export function keepOffline(onUpdate: (takeOver: () => void) => void): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const container = navigator.serviceWorker;
  const offer = (registration: ServiceWorkerRegistration) => {
    const { waiting } = registration;
    if (waiting === null || container.controller === null) return;
    onUpdate(() => {
      container.addEventListener('controllerchange', () => location.reload(), { once: true });
      waiting.postMessage('take over');
    });
  };
  const register = async () => {
    const registration = await container.register(new URL('sw.js', document.baseURI), { updateViaCache: 'none' });
    offer(registration);
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed') offer(registration);
      });
    });
  };
  // Without it the page works as before, as long as there is a network.
  setTimeout(() => register().catch(() => {}), REGISTER_AFTER);
}
