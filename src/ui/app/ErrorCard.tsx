import { Component, type ContextType, type ReactNode } from 'react';
import { Icon } from '../icons/Icon.tsx';
import { WordsContext } from '../messages/messages.ts';

interface Props {
  readonly children: ReactNode;
  /** Stands for the whole page: offers to reload. */
  readonly whole?: boolean;
  /** What to show in place of the card. */
  readonly instead?: ReactNode;
}

/** Catches what a part of the page throws while it draws, and says so in its place. The rest of the page goes on. */
export class ErrorCard extends Component<Props, { readonly error: Error | undefined }> {
  static override readonly contextType = WordsContext;
  declare readonly context: ContextType<typeof WordsContext>;
  override state: { readonly error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { readonly error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (this.props.instead !== undefined) return this.props.instead;
    const { trouble } = this.context.messages;
    return (
      <div className="trouble" role="alert">
        <div className="trouble-card">
          <Icon name="warn" size={20} />
          <h2>{trouble.pageTitle}</h2>
          <p>{trouble.pageText}</p>
          <details>
            <summary>{trouble.details}</summary>
            <pre className="scroll">{error.stack ?? error.message}</pre>
          </details>
          <div className="trouble-acts">
            {this.props.whole === true ? (
              <button type="button" className="btn primary" onClick={() => location.reload()}>
                {trouble.reload}
              </button>
            ) : (
              <button type="button" className="btn primary" onClick={() => this.setState({ error: undefined })}>
                {trouble.retry}
              </button>
            )}
          </div>
        </div>
      </div>
    );
  }
}
