import { TopBar } from '../app/TopBar.tsx';
import { useMessages } from '../messages/messages.ts';
import './home.css';

/** For an address that means nothing. */
export default function NotFound({ name }: { readonly name: string }) {
  const { notFound } = useMessages();
  return (
    <div className="home">
      <TopBar />
      <main className="home-scroll scroll">
        <div className="not-found">
          <span className="court" aria-hidden="true">
            <span className="square">
              <span className="square-no">4</span>
            </span>
            <span className="square missing">
              <span className="square-no">0</span>
            </span>
            <span className="square">
              <span className="square-no">4</span>
            </span>
          </span>
          <h1>{notFound.title}</h1>
          <p>{notFound.text(name)}</p>
          <a className="btn primary large" href="#/">
            {notFound.back}
          </a>
        </div>
      </main>
    </div>
  );
}
