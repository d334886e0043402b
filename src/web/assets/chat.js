/*
 * The web chat in the browser: sends messages and clicks, and puts in place what the server
 * renders. It builds no HTML from data and keeps no state: a reload shows the same.
 */
const chat = document.querySelector('.chat[data-conversation]');
const list = chat?.querySelector('.chat-log');
const scroller = chat?.querySelector('.chat-scroll');
const composer = chat?.querySelector('[data-composer]');
const field = composer?.querySelector('textarea');
const hint = composer?.querySelector('.composer-hint');

if (chat && list && scroller && composer && field && hint) start();

function start() {
  connect(0);
  toEnd();
  grow();
  field.addEventListener('input', grow);
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  composer.addEventListener('submit', (event) => {
    event.preventDefault();
    send(field.value);
  });
  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const example = target?.closest('[data-say]');
    if (example) send(example.dataset.say);
    const copy = target?.closest('[data-copy]');
    if (copy) copyWords(copy);
    const button = target?.closest('[data-action]');
    if (button) press(button);
  });
  document.addEventListener('submit', (event) => {
    const form = event.target.closest('[data-action-form]');
    if (!form) return;
    event.preventDefault();
    act(
      form.dataset.actionForm,
      { text: form.elements.text.value },
      form.querySelector('button'),
      form,
    );
  });
}

/** Live updates; after a lost connection the missed ones are fetched by loading the page's list again. */
function connect(failures) {
  const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/conversations/${chat.dataset.conversation}`;
  const socket = new WebSocket(address);
  const offline = chat.querySelector('.chat-offline');
  socket.addEventListener('open', () => {
    offline.hidden = true;
    if (failures > 0) refresh();
    failures = 0;
  });
  socket.addEventListener('message', (event) => {
    const update = JSON.parse(event.data);
    if (update.type === 'message') show(update.html);
  });
  socket.addEventListener('close', () => {
    if (failures > 1) offline.hidden = false;
    setTimeout(() => connect(failures + 1), Math.min(10_000, 300 * 2 ** failures));
  });
}

async function refresh() {
  const response = await fetch(location.href);
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  for (const item of page.querySelectorAll('.chat-log > .message')) place(item);
  replaceSide(page);
}

function show(html) {
  const item = new DOMParser().parseFromString(html, 'text/html').querySelector('.message');
  if (item) place(item);
}

/** An older version never replaces a newer one; what a person has opened or typed stays. */
function place(item) {
  const standing = document.getElementById(item.id);
  if (standing && Number(standing.dataset.version) >= Number(item.dataset.version)) return;
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 160;
  if (standing) {
    const opened = [...standing.querySelectorAll('details')].map((part) => part.open);
    const forms = [...standing.querySelectorAll('[data-action-form]')].map((form) => [
      form.dataset.actionForm,
      form.hidden,
      form.elements.text.value,
    ]);
    standing.replaceWith(item);
    item.querySelectorAll('details').forEach((part, index) => {
      if (opened[index] !== undefined) part.open = opened[index];
    });
    for (const [id, hidden, text] of forms) {
      const form = item.querySelector(`[data-action-form="${id}"]`);
      if (form) {
        form.hidden = hidden;
        form.elements.text.value = text;
      }
    }
  } else {
    document.querySelector('.welcome')?.remove();
    list.append(item);
  }
  notify(item, standing?.dataset.notice);
  if (aboutTasks.includes(item.dataset.kind)) refreshSideSoon();
  if (atEnd || !standing) toEnd();
}

/** Cards whose change says that the state of a task may have changed. */
const aboutTasks = 'question plan progress approval human error delivery dry_run undo'.split(' ');
const sideMs = 1500;
let sideTimer;

/** Work goes on in small steps: the list beside it follows a little later. */
function refreshSideSoon() {
  if (sideTimer) return;
  sideTimer = setTimeout(() => {
    sideTimer = undefined;
    refreshSide().catch(() => {});
  }, sideMs);
}

async function refreshSide() {
  const response = await fetch(location.href);
  if (!response.ok) return;
  replaceSide(new DOMParser().parseFromString(await response.text(), 'text/html'));
}

function replaceSide(page) {
  const side = page.querySelector('#side');
  if (side) document.querySelector('#side')?.replaceWith(side);
}

/** A desktop notice of what is new, for somebody who looks elsewhere and allowed it. */
function notify(item, before) {
  const { notice } = item.dataset;
  if (!notice || notice === before || !document.hidden) return;
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  new Notification('Factotum', { body: notice, tag: item.id });
}

async function send(text) {
  if (text.trim() === '') return say('Write something first.');
  say('');
  const id = crypto.randomUUID();
  const response = await post('/api/messages', {
    conversation: chat.dataset.conversation,
    text,
    id,
  });
  if (!response) return;
  field.value = '';
  grow();
  if ('Notification' in window && Notification.permission === 'default')
    Notification.requestPermission();
}

function press(button) {
  const form = chat.querySelector(`[data-action-form="${button.dataset.action}"]`);
  if (form) {
    form.hidden = !form.hidden;
    if (!form.hidden) form.elements.text.focus();
    return;
  }
  act(button.dataset.action, undefined, button);
}

/** Where the browser lets no page write to the clipboard, the words are marked to be copied by hand. */
async function copyWords(button) {
  const words = button.closest('.card-section').querySelector('.card-words');
  try {
    await navigator.clipboard.writeText(words.textContent);
    say('Copied.');
  } catch {
    getSelection().selectAllChildren(words);
    say('Marked. Copy it with your keyboard.');
  }
}

/** A form that was sent is put away; after a refusal it stays with what was typed. */
async function act(id, input, button, form) {
  button.disabled = true;
  const answer = await post('/api/actions', { id, ...(input ? { input } : {}) });
  button.disabled = false;
  if (answer) say(answer.outcome === 'done' ? '' : answer.message);
  if (answer?.outcome === 'stale') refresh();
  if (answer?.outcome === 'done' && form) {
    form.reset();
    form.hidden = true;
  }
}

/** The answer, or undefined after saying what went wrong; what was typed stays. */
async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (response.ok) return answer;
    say(answer.error?.message ?? 'That did not work.');
  } catch {
    say('The server does not answer. Your text is still here; try again.');
  }
  return undefined;
}

function say(text) {
  hint.textContent = text;
}

function toEnd() {
  requestAnimationFrame(() => scroller.scrollTo({ top: scroller.scrollHeight }));
}

function grow() {
  field.rows = Math.min(10, Math.max(1, field.value.split('\n').length));
}
