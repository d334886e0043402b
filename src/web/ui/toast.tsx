/** Short news about what was just done, with the way to undo it. */
import { Icon } from './icon.tsx';

export type Toast = {
  kind: 'done' | 'refused' | 'notice';
  text: string;
  /** A POST that takes it back. */
  undo?: { action: string; label: string } | undefined;
  /** A page to go on to. */
  link?: { href: string; label: string } | undefined;
};

const iconOf = { done: 'circle-check', refused: 'circle-alert', notice: 'bell' } as const;

function ToastItem({ toast }: { toast: Toast }) {
  return (
    <div class="toast" data-kind={toast.kind}>
      <Icon name={iconOf[toast.kind]} />
      <p dir="auto">{toast.text}</p>
      {toast.link ? (
        <a class="toast-action" href={toast.link.href}>
          {toast.link.label}
        </a>
      ) : null}
      {toast.undo ? (
        <form method="post" action={toast.undo.action}>
          <button class="toast-action" type="submit">
            {toast.undo.label}
          </button>
        </form>
      ) : null}
      <button class="toast-close" type="button" data-dismiss aria-label="Dismiss">
        <Icon name="x" />
      </button>
    </div>
  );
}

/** The live region that holds them. It is on every page, so that a later one is announced. */
export function Toasts({ toasts, part }: { toasts: Toast[]; part?: boolean }) {
  return (
    <section
      class="toasts"
      id="toasts"
      aria-live="polite"
      aria-label="Messages"
      {...(part ? { 'hx-swap-oob': 'true' } : {})}
    >
      {toasts.map((toast) => (
        <ToastItem toast={toast} />
      ))}
    </section>
  );
}
