/**
 * What a page does beyond links and forms. Everything here is comfort: without this
 * file the same buttons and forms work. Listeners sit on the document, so that parts
 * which htmx puts in later need no set-up.
 */
const closest = (event, selector) =>
  event.target instanceof Element ? event.target.closest(selector) : null;
const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const found = closest(event, selector);
    if (found) act(found, event);
  });

/* Search palette: Ctrl K, Cmd K, or a link to the search page. */

const palette = document.querySelector('#palette');
function openPalette() {
  if (!palette || palette.open) return;
  palette.showModal();
  palette.querySelector('input')?.select();
}
on('click', '[data-palette-open]', (_link, event) => {
  if (!palette || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openPalette();
});
// A click on the backdrop is a click on the dialog itself.
palette?.addEventListener('click', (event) => event.target === palette && palette.close());
document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k' && palette) {
    event.preventDefault();
    openPalette();
  }
  if (event.key === 'Escape') closeMenus(null, true);
  const results = palette?.open ? palette : closest(event, '#main:has(.search-results)');
  if (results && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) step(results, event);
});
function step(results, event) {
  const stops = [...results.querySelectorAll('input[type=search], .search-results a')];
  const at = stops.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1);
  event.preventDefault();
  stops[Math.max(0, Math.min(at, stops.length - 1))]?.focus();
}
if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll('[data-shortcut]')) key.textContent = '⌘K';
}

/* Menus are <details>: one open at a time, closed by Escape or a click elsewhere. */

function closeMenus(except, refocus) {
  for (const menu of document.querySelectorAll('details[data-menu][open]')) {
    if (menu === except || menu.contains(except)) continue;
    if (refocus && menu.contains(document.activeElement)) menu.querySelector('summary').focus();
    menu.open = false;
  }
}
document.addEventListener(
  'toggle',
  (event) =>
    event.target.open &&
    event.target.querySelector('.menu-panel')?.scrollIntoView({ block: 'nearest' }),
  true,
);
document.addEventListener('click', (event) => closeMenus(closest(event, 'details[data-menu]')));
on('click', '[data-close-menu]', (button) =>
  setTimeout(() => (button.closest('details').open = false)),
);

/* Theme: changed at once, remembered by the server. */

on('submit', '[data-theme-form]', (form, event) => {
  event.preventDefault();
  const theme = event.submitter.value;
  document.documentElement.dataset.theme = theme;
  form.querySelector(`.to-${theme === 'dark' ? 'light' : 'dark'}`).focus();
  const body = new URLSearchParams({ theme, back: '/' });
  fetch(form.action, { method: 'POST', body, redirect: 'manual' });
});

/* Toasts leave by themselves, unless they ask for something or somebody reads them. */

on('click', '[data-dismiss]', (button) => button.closest('.toast').remove());
function ageToasts() {
  for (const toast of document.querySelectorAll('.toast:not([data-aging])')) {
    toast.dataset.aging = '';
    const life = toast.querySelector('form, a') || toast.dataset.kind !== 'done' ? 12_000 : 5_000;
    const leave = () =>
      toast.matches(':hover, :focus-within') ? setTimeout(leave, 2_000) : toast.remove();
    setTimeout(leave, life);
  }
}
function showRefusal(text) {
  const toast = document.createElement('div');
  toast.className = 'toast';
  toast.dataset.kind = 'refused';
  toast.append(Object.assign(document.createElement('p'), { textContent: text }));
  document.querySelector('#toasts')?.replaceChildren(toast);
  ageToasts();
}

/* Forms: the first problem is read first; a second press saves nothing twice. */

document.querySelector('[data-focus]')?.focus();
on('submit', 'form[method=post]:not([hx-post])', (form, event) => {
  if (event.defaultPrevented) return;
  // After the browser has taken the form's values: a disabled button would not be among them.
  setTimeout(() => {
    for (const button of form.querySelectorAll('button[type=submit]')) button.ariaBusy = 'true';
  });
});
addEventListener('pageshow', () => {
  for (const busy of document.querySelectorAll('[aria-busy]')) busy.ariaBusy = null;
});

/* Board: a dropped card presses the button of its own Move menu. */

let dragged = null;
let over = null;
const allows = (column) => dragged.dataset.next.split(' ').includes(column.dataset.status);
on('dragstart', '[data-card]', (card, event) => {
  dragged = card;
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', card.dataset.title);
  card.classList.add('moving');
  // A change of the page while the picture of the card is taken cancels the drag.
  setTimeout(() => {
    const board = card.closest('.board');
    board.classList.add('dragging');
    for (const column of board.querySelectorAll('.column')) {
      if (!column.contains(card)) column.dataset.drop = allows(column) ? 'yes' : 'no';
    }
  });
});
on('dragover', '.column', (column, event) => {
  if (!dragged) return;
  if (over !== column) over?.classList.remove('over');
  over = column;
  column.classList.add('over');
  if (allows(column)) event.preventDefault();
});
on('drop', '.column', (column, event) => {
  if (!dragged || !allows(column)) return;
  event.preventDefault();
  const button = dragged.querySelector(`button[name=to][value="${column.dataset.status}"]`);
  column.querySelector('.cards').prepend(dragged);
  button.click();
});
document.addEventListener('dragend', (event) => {
  if (!dragged) return;
  const { title, next, nextLabels } = dragged.dataset;
  if (event.dataTransfer.dropEffect === 'none' && over?.dataset.drop === 'no') {
    const ways = next ? `From here it can go to ${nextLabels}.` : 'It has reached its last status.';
    showRefusal(`“${title}” cannot move to ${over.dataset.label}. ${ways}`);
  }
  dragged.classList.remove('moving');
  for (const column of document.querySelectorAll('.column')) {
    column.classList.remove('over');
    delete column.dataset.drop;
  }
  document.querySelector('.dragging')?.classList.remove('dragging');
  dragged = null;
  over = null;
});

/* After htmx has put a part in: the focus stays where it was, toasts begin to age. */

let focused;
let focusedId;
document.addEventListener('htmx:before:swap', () => {
  focused = document.activeElement;
  focusedId = focused?.closest('[id]')?.id;
});
document.addEventListener('htmx:after:swap', () => {
  ageToasts();
  if (!focused || focused.isConnected) return;
  const href = focused.getAttribute('href');
  const link = href && [...document.links].findLast((each) => each.getAttribute('href') === href);
  const kept = document.getElementById(focusedId);
  const again =
    link || kept?.querySelector('summary') || (palette?.open && palette.querySelector('input'));
  again?.focus({ preventScroll: true });
});
document.addEventListener('htmx:error', () =>
  showRefusal('The server did not answer. Nothing was changed; try again.'),
);
ageToasts();
