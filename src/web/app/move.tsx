/** Moving a record along its status: the menu of a card, and the words for what happened. */
import type { FieldOf, StatusOption } from '../../apps/spec.ts';
import { Menu } from '../ui/menu.tsx';

/** Where a record may go from a status. */
export function nextOptions(field: FieldOf<'status'>, from: string): StatusOption[] {
  const current = field.options.find((option) => option.key === from);
  return field.options.filter((option) => current?.next.includes(option.key));
}

type Props = {
  title: string;
  field: FieldOf<'status'>;
  from: string;
  /** The record's move address. */
  action: string;
  /** The board, with its search: shown again afterwards. */
  back: string;
  id: string;
};

/**
 * Buttons for the allowed moves: the way of keyboards and fingers. Dragging presses
 * the same buttons, so there is one way in which a card moves.
 */
export function MoveMenu({ title, field, from, action, back, id }: Props) {
  const next = nextOptions(field, from);
  return (
    <Menu label={`Move ${title}`} icon="ellipsis" compact end id={id}>
      <form
        class="move-form"
        method="post"
        action={action}
        hx-post={action}
        hx-target="#board"
        hx-swap="outerHTML"
      >
        <input type="hidden" name="field" value={field.key} />
        <input type="hidden" name="back" value={back} />
        <p class="menu-title">{next.length > 0 ? 'Move to' : 'No further move from here'}</p>
        {next.map((option) => (
          <button class="menu-item" type="submit" name="to" value={option.key}>
            <span class="dot" data-tone={option.tone} aria-hidden="true"></span>
            <span dir="auto">{option.label}</span>
          </button>
        ))}
      </form>
    </Menu>
  );
}
