/**
 * The picker of linked records: an input with a list of what the server finds. Without
 * this file the words that were typed are sent, and the server looks them up.
 */
const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element ? event.target.closest(selector) : null;
    if (found) act(found, event);
  });

const parts = (input) => {
  const picker = input.closest('[data-picker]');
  return {
    picker,
    list: picker.querySelector('[role=listbox]'),
    input: picker.querySelector('.picker-box input'),
  };
};
function openOptions({ list, input }, open) {
  list.hidden = !open;
  input.setAttribute('aria-expanded', String(open));
  if (!open) input.removeAttribute('aria-activedescendant');
}
let lookup = 0;
async function findOptions(part, q) {
  const turn = ++lookup;
  const answer = await fetch(`${part.picker.dataset.url}?${new URLSearchParams({ q })}`, {
    headers: { 'HX-Request': 'true' },
  });
  const html = answer.ok ? await answer.text() : '';
  if (turn !== lookup || document.activeElement !== part.input) return;
  part.list.innerHTML = html;
  for (const [index, option] of [...part.list.children].entries())
    option.id = `${part.list.id}-${index}`;
  openOptions(part, html !== '');
}
function choose(part, option) {
  const { picker, input } = part;
  const { id } = option.dataset;
  if (id === undefined) return;
  openOptions(part, false);
  if (picker.dataset.picker === 'many') {
    const chip = document.createElement('li');
    const label = Object.assign(document.createElement('label'), { className: 'chip chip-check' });
    const box = Object.assign(document.createElement('input'), {
      type: 'checkbox',
      name: picker.dataset.name,
      value: id,
      checked: true,
    });
    label.append(box, ` ${option.textContent}`);
    chip.append(label);
    picker.querySelector('[data-picked]').append(chip);
    input.value = '';
    return;
  }
  input.value = picker.querySelector('[data-shown]').value = option.textContent;
  const hidden = picker.querySelector('input[data-id]');
  hidden.value = id;
  hidden.dispatchEvent(new Event('change', { bubbles: true }));
}
on('focusin', '.picker-box input', (input) => {
  const { list } = parts(input);
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', list.id);
  input.setAttribute('aria-expanded', String(!list.hidden));
  input.select();
});
on(
  'click',
  '.picker-box input',
  (input) => parts(input).list.hidden && findOptions(parts(input), ''),
);
on('input', '.picker-box input', (input) => {
  // Other words mean another record, or none.
  const hidden = input.closest('[data-picker]').querySelector('input[data-id]');
  if (hidden?.value) {
    hidden.value = '';
    if (input.value === '') hidden.dispatchEvent(new Event('change', { bubbles: true }));
  }
  clearTimeout(input.pending);
  input.pending = setTimeout(() => findOptions(parts(input), input.value), 120);
});
on('focusout', '.picker-box input', (input) => openOptions(parts(input), false));
// Pressing the mouse would take the focus away before the click arrives.
on('mousedown', '[role=option]', (_option, event) => event.preventDefault());
on('click', '[role=option]', (option) => choose(parts(option), option));
on('keydown', '.picker-box input', (input, event) => {
  const part = parts(input);
  const options = [...part.list.querySelectorAll('[data-id]')];
  const at = options.findIndex((option) => option.ariaSelected === 'true');
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    if (part.list.hidden) return findOptions(part, '');
    const next =
      options[(at + (event.key === 'ArrowDown' ? 1 : -1) + options.length) % options.length];
    for (const option of options) option.ariaSelected = String(option === next);
    next?.scrollIntoView({ block: 'nearest' });
    if (next) input.setAttribute('aria-activedescendant', next.id);
  }
  if (event.key === 'Escape') openOptions(part, false);
  if (event.key === 'Enter' && !part.list.hidden) {
    event.preventDefault();
    if (options[at]) choose(part, options[at]);
  }
});
