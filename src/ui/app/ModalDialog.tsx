import { type ReactNode, useEffect, useRef } from 'react';
import './dialogs.css';

interface DialogProps {
  readonly className: string;
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog above the page. The browser keeps the focus inside, closes it on Escape, and gives the focus back. */
export function ModalDialog({ className, label, onClose, children }: DialogProps) {
  const place = useRef<HTMLDialogElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const dialog = place.current;
    if (dialog === null) return;
    const before = document.activeElement;
    const cancelled = (event: Event) => {
      event.preventDefault();
      close.current();
    };
    const outside = (event: MouseEvent) => {
      if (event.target === dialog) close.current();
    };
    dialog.showModal();
    dialog.addEventListener('cancel', cancelled);
    dialog.addEventListener('click', outside);
    return () => {
      dialog.removeEventListener('cancel', cancelled);
      dialog.removeEventListener('click', outside);
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected && document.activeElement === document.body)
        before.focus();
    };
  }, []);
  return (
    <dialog className={`dialog ${className}`} aria-label={label} ref={place}>
      <div className="dialog-in">{children}</div>
    </dialog>
  );
}
