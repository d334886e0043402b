/** A neutral card as HTML. A pure switch over its parts; every text is escaped by the renderer. */
import { Fragment } from 'preact';
import type { Tone } from '../../apps/spec.ts';
import type { Card, CardCheck, CardStep } from '../../bot/card.ts';
import type { StepStatus } from '../../db/step.ts';
import { Badge } from '../ui/badge.tsx';
import { type ButtonKind, ButtonLink } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

const priorityTone = { critical: 'red', high: 'amber', medium: 'grey', low: 'grey' } as const;
/** Amber asks, for as long as it does; red failed, green done. */
const cardTone: Partial<Record<Card['kind'], Tone>> = {
  question: 'amber',
  approval: 'amber',
  human: 'amber',
  error: 'red',
  delivery: 'green',
  undo: 'amber',
};

type Look = { state: string; icon: string; word: string };
const lookOf: Record<StepStatus, Look> = {
  pending: { state: 'waiting', icon: 'circle', word: 'waiting' },
  running: { state: 'running', icon: 'loader-circle', word: 'in progress' },
  completed: { state: 'done', icon: 'check', word: 'done' },
  failed: { state: 'failed', icon: 'x', word: 'failed' },
  skipped: { state: 'skipped', icon: 'minus', word: 'skipped' },
  paused: { state: 'paused', icon: 'pause', word: 'paused' },
  approval: { state: 'blocked', icon: 'triangle-alert', word: 'needs an approval' },
};

function toneOf({ kind, actions }: Card): Tone | undefined {
  const tone = cardTone[kind];
  return tone === 'amber' && actions.length === 0 ? undefined : tone;
}

export function CardView({ card }: { card: Card }) {
  return (
    <article
      class="card panel"
      data-kind={card.kind}
      data-tone={toneOf(card)}
      aria-label={card.title || undefined}
    >
      {card.title && (
        <h3 class="card-title" dir="auto">
          {card.title}
        </h3>
      )}
      {card.fields.length > 0 && <Fields fields={card.fields} />}
      {card.progress && <Progress progress={card.progress} />}
      {card.steps.length > 0 && (
        <ol class="steps">
          {card.steps.map((step) => (
            <Step step={step} isPlan={card.kind === 'plan'} key={step.order} />
          ))}
        </ol>
      )}
      {card.kind === 'text' && <Paragraphs text={card.text} />}
      {card.sections.map((section) => (
        <Section
          section={section}
          isQuiet={section.quiet ?? (card.kind === 'plan' || card.kind === 'details')}
          key={section.title}
        />
      ))}
      {card.checks.length > 0 && <Checks checks={card.checks} />}
      {card.note && <p class="card-note">{card.note}</p>}
      {card.actions.length > 0 && (
        <Actions actions={card.actions} isQuestion={card.kind === 'question'} />
      )}
    </article>
  );
}

function Fields({ fields }: Pick<Card, 'fields'>) {
  return (
    <dl class="card-fields">
      {fields.map((field) => (
        <div key={field.label}>
          <dt>{field.label}</dt>
          <dd dir="auto">
            {field.value.startsWith('/') ? <a href={field.value}>{field.value}</a> : field.value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Progress({ progress }: { progress: NonNullable<Card['progress']> }) {
  return (
    <div class="progress">
      <progress max={100} value={progress.percent} aria-label={progress.label}></progress>
      <p class="progress-note">
        <span>{progress.label}</span>
        <span>{[`${progress.percent}%`, progress.eta].filter(Boolean).join(' · ')}</span>
      </p>
    </div>
  );
}

function Step({ step, isPlan }: { step: CardStep; isPlan: boolean }) {
  const { state, word } = lookOf[step.status];
  return (
    <li class="step" data-state={state}>
      <p class="step-title">
        {step.name} <Badge tone={priorityTone[step.priority]}>{step.priority}</Badge>
        {!isPlan && <span class="visually-hidden">{word}</span>}
      </p>
      {step.detail && (isPlan || step.substeps.length === 0) && (
        <p class="step-detail" dir="auto">
          {step.detail}
        </p>
      )}
      {step.substeps.length > 0 && (
        <ul class="substeps">
          {step.substeps.map((part) => {
            const look = lookOf[part.done ? 'completed' : part.running ? 'running' : 'pending'];
            return (
              <li data-state={look.state} key={part.name}>
                <Icon name={look.icon} class="mark" label={look.word} />
                <span dir="auto">{part.name}</span>
              </li>
            );
          })}
        </ul>
      )}
      {step.note && (
        <p class="step-detail" dir="auto">
          {step.note}
        </p>
      )}
    </li>
  );
}

/** What was guessed and how it is checked can be opened; what will be made is always seen. */
function Section({ section, isQuiet }: { section: Card['sections'][number]; isQuiet: boolean }) {
  if (section.file) return <Words section={section} file={section.file} />;
  const list = section.items.length > 0 && (
    <ul class="card-list">
      {section.items.map((item, index) => (
        <li dir="auto" key={index}>
          {item}
        </li>
      ))}
    </ul>
  );
  const isOpen =
    !isQuiet || section.title === 'Will create' || section.title.startsWith('What changed');
  if (isOpen) {
    return (
      <div class="card-section">
        {section.title && <h4 dir="auto">{section.title}</h4>}
        {list}
      </div>
    );
  }
  return (
    <details class="card-section">
      <summary>
        {section.title} <span class="count">{section.items.length}</span>
      </summary>
      {list}
    </details>
  );
}

/** A text, word for word, to be copied or kept as a file. */
function Words({ section, file }: { section: Card['sections'][number]; file: string }) {
  return (
    <div class="card-section">
      {section.title && <h4 dir="auto">{section.title}</h4>}
      <div class="card-words" dir="auto">
        {section.items.join('\n')}
      </div>
      <div class="actions">
        <button class="button button-secondary" type="button" data-copy>
          <span>Copy</span>
        </button>
        <a class="button button-quiet" href={file} download>
          <span>Download</span>
        </a>
      </div>
    </div>
  );
}

function Checks({ checks }: { checks: CardCheck[] }) {
  const passed = checks.filter((check) => check.after).length;
  return (
    <details class="card-section" open={passed < checks.length}>
      <summary>
        {passed} of {checks.length} checks passed
      </summary>
      <ul class="checks">
        {checks.map((check, index) => (
          <li data-state={check.after ? 'passed' : 'failed'} key={index}>
            <Icon
              name={check.after ? 'circle-check' : 'circle-x'}
              class="mark"
              label={check.after ? 'passed' : 'failed'}
            />
            <span>
              {check.label}
              {check.evidence && <small class="evidence">{check.evidence}</small>}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

const kindOf: Record<Card['actions'][number]['style'], ButtonKind> = {
  primary: 'primary',
  secondary: 'secondary',
  danger: 'danger',
  link: 'primary',
};

function Actions({ actions, isQuestion }: { actions: Card['actions']; isQuestion: boolean }) {
  const withInput = actions.filter((action) => action.input);
  return (
    <>
      <div class={isQuestion ? 'answers' : 'actions'}>
        {actions.map((action) =>
          action.style === 'link' ? (
            <ButtonLink kind="primary" icon="arrow-up-right" href={action.url} key={action.id}>
              {action.label}
            </ButtonLink>
          ) : (
            <button
              class={`button button-${isQuestion && action.style === 'danger' ? 'quiet' : kindOf[action.style]}`}
              type="button"
              data-action={action.id}
              key={action.id}
            >
              <span dir="auto">{action.label}</span>
            </button>
          ),
        )}
      </div>
      {withInput.map((action) => (
        <form class="action-form" data-action-form={action.id} hidden key={action.id}>
          <label for={`input-${action.id}`}>{action.input?.label}</label>
          <textarea
            class="input"
            id={`input-${action.id}`}
            name="text"
            rows={rowsOf(action.input?.initial)}
            placeholder={action.input?.placeholder}
            maxLength={20000}
          >
            {action.input?.initial}
          </textarea>
          <button class="button button-primary" type="submit">
            <span>Send</span>
          </button>
        </form>
      ))}
    </>
  );
}

/** Room for what stands there already. */
const rowsOf = (initial = ''): number => Math.min(16, Math.max(2, initial.split('\n').length));

export function Paragraphs({ text }: { text: string }) {
  const lines = text.split('\n');
  return (
    <p class="words" dir="auto">
      {lines.map((line, index) => (
        <Fragment key={index}>
          {index > 0 && <br />}
          {line}
        </Fragment>
      ))}
    </p>
  );
}
