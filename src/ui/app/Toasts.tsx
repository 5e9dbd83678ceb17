import { useEffect } from 'react';
import { Icon } from '../icons/Icon.tsx';
import { useMessages } from '../messages/messages.ts';
import { dismiss, type Toast, useNotices } from './store.ts';

const SHOWN_FOR = 6000;

/** Short messages at the foot of the page; read out by screen readers. */
export function Toasts() {
  const toasts = useNotices((state) => state.toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastView({ toast }: { readonly toast: Toast }) {
  const { app } = useMessages();
  useEffect(() => {
    const timer = setTimeout(() => dismiss(toast.id), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [toast.id]);
  const { action } = toast;
  return (
    <div className={`toast ${toast.tone}`}>
      <span>{toast.text}</span>
      {action === undefined ? null : (
        <button
          type="button"
          className="link"
          onClick={() => {
            action.run();
            dismiss(toast.id);
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" className="icon-btn" aria-label={app.close} onClick={() => dismiss(toast.id)}>
        <Icon name="close" size={12} />
      </button>
    </div>
  );
}
