/** The page of the personal tab, shown in a frame of Teams. It has nobody's data: who looks at it is not known. */
import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';

type Deps = { botId: string | undefined; baseUrl: () => string };

const style = `
:root { color-scheme: light dark; font: 16px/1.5 "Segoe UI", system-ui, sans-serif; }
body { margin: 0 auto; padding: 2.5rem 1.25rem; max-width: 38rem; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; }
ul { padding-left: 1.25rem; margin: 0 0 1.5rem; }
li { margin: .25rem 0; }
a { display: inline-block; margin: 0 .75rem .75rem 0; padding: .5rem 1rem; border-radius: .375rem;
  text-decoration: none; color: #fff; background: #215fc4; border: 1px solid transparent; }
a:focus-visible { outline: 3px solid #f5b301; outline-offset: 2px; }
a.second { color: inherit; background: transparent; border-color: currentColor; }
`;
const styleHash = createHash('sha256').update(style).digest('base64');

/** Where Teams shows apps. Source: "Tab requirements", learn.microsoft.com. */
const frames = [
  'https://teams.microsoft.com',
  'https://*.teams.microsoft.com',
  'https://*.cloud.microsoft',
  'https://*.microsoft365.com',
  'https://*.office.com',
];

export function createTab({ botId, baseUrl }: Deps): RequestHandler {
  return (_request, response) => {
    response.set({
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors ${frames.join(' ')}`,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    });
    response.end(page(botId, `${baseUrl()}/tasks`));
  };
}

function page(botId: string | undefined, tasks: string): string {
  const chat = botId
    ? `<a href="https://teams.microsoft.com/l/chat/0/0?users=28:${encodeURIComponent(botId)}" target="_blank" rel="noreferrer">Talk to Factotum</a>`
    : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Factotum: tasks</title><style>${style}</style></head>
<body><main><h1>Your tasks are in the chat</h1>
<p>Say what you need, and Factotum plans it, asks before it matters, does it, and shows every step on one card.</p>
<ul><li>“list my tasks”: where each of them is</li><li>“how’s my CRM task going?”: how far it is</li>
<li>“pause”, “continue”, “cancel”, “show logs”</li></ul>
<p>${chat}<a class="second" href="${escapeAttribute(tasks)}" target="_blank" rel="noreferrer">Open the task page</a></p>
</main></body></html>
`;
}

const escapeAttribute = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
