import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { loadLesson } from '../lessons/catalogue.ts';
import { App } from './app/App.tsx';
import { warmUp } from './app/connect.ts';
import { usePreferences } from './app/preferences.ts';
import { parseRoute } from './app/routes.ts';
import { loadMessages } from './messages/messages.ts';
import { loadWebFonts } from './theme/webFonts.ts';

const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no element #root');
const root = createRoot(place);

// What a lesson needs next, asked for before the page is drawn.
const route = parseRoute(location.hash);
if (route.at === 'lesson' || route.at === 'play') {
  warmUp();
  if (route.at === 'lesson') loadLesson(route.slug, usePreferences.getState().language).catch(() => {});
}
// A lesson asks for the fonts once its terminal takes typing; a page without one has nothing that is more urgent.
else loadWebFonts();

if (import.meta.hot !== undefined) {
  const { hot } = import.meta;
  import('./dev/live-lessons.ts').then((live) => live.listen(hot)).catch(() => {});
}

loadMessages(usePreferences.getState().language)
  .then((messages) => {
    root.render(
      <StrictMode>
        <App initial={messages} />
      </StrictMode>,
    );
  })
  .catch((error: unknown) => {
    place.textContent = String(error);
  });
