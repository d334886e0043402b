/** One message of a conversation as HTML: the same for the first page and for live updates. */
import type { MessageView } from '../../bot/message.ts';
import { printPart } from '../ui/document.tsx';
import { CardView, Paragraphs } from './card.tsx';

const longestShown = 6000;

export function MessageItem({ message }: { message: MessageView }) {
  const isBot = message.author === 'factotum';
  const { card, text } = message;
  return (
    <li
      class="message"
      data-from={isBot ? 'bot' : 'me'}
      id={message.id}
      data-version={message.version}
      data-kind={card?.kind}
      data-notice={card?.notice}
    >
      <span class="visually-hidden">{isBot ? 'Factotum:' : 'You:'}</span>
      {card ? (
        <CardView card={card} />
      ) : (
        <div class="bubble">
          <Words text={text} />
        </div>
      )}
    </li>
  );
}

/** A pasted document is shown in part; all of it was read. */
function Words({ text }: { text: string }) {
  if (text.length <= longestShown) return <Paragraphs text={text} />;
  return (
    <>
      <Paragraphs text={`${text.slice(0, 2000)}…`} />
      <p class="card-note">{text.length.toLocaleString('en')} characters, shown in part.</p>
    </>
  );
}

export function printMessage(message: MessageView): string {
  return printPart(<MessageItem message={message} />);
}
