import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { usePreferences } from './app/preferences.ts';
import { loadMessages } from './messages/messages.ts';

const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no element #root');
const root = createRoot(place);

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
