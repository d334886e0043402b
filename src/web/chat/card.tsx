/** A neutral card as HTML. A pure switch over its parts; every text is escaped by the renderer. */
import { Fragment } from 'preact';
import type { Card, CardCheck, CardStep } from '../../bot/card.ts';
import { symbolOf } from '../../bot/words.ts';
import type { StepStatus } from '../../db/step.ts';
import { Badge } from '../ui/badge.tsx';
import { Icon } from '../ui/icon.tsx';

const priorityTone = { critical: 'red', high: 'amber', medium: 'grey', low: 'grey' } as const;
const statusWord: Record<StepStatus, string> = {
  pending: 'waiting',
  running: 'in progress',
  completed: 'done',
  failed: 'failed',
  skipped: 'skipped',
  paused: 'paused',
  approval: 'needs an approval',
};

export function CardView({ card }: { card: Card }) {
  return (
    <section class="card" data-kind={card.kind} aria-label={card.title || undefined}>
      {card.title && <h3 class="card-title">{card.title}</h3>}
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
        <Section section={section} isQuiet={card.kind === 'plan'} key={section.title} />
      ))}
      {card.checks.length > 0 && <Checks checks={card.checks} />}
      {card.note && <p class="card-note">{card.note}</p>}
      {card.actions.length > 0 && (
        <Actions actions={card.actions} isQuestion={card.kind === 'question'} />
      )}
    </section>
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
    <div class="card-progress">
      <div class="card-progress-line">
        <strong>{progress.label}</strong>
        <span class="card-percent">{progress.percent}%</span>
      </div>
      <progress max={100} value={progress.percent} aria-label={progress.label}>
        {progress.percent}%
      </progress>
      {progress.eta && <p class="card-eta">{progress.eta}</p>}
    </div>
  );
}

function Step({ step, isPlan }: { step: CardStep; isPlan: boolean }) {
  return (
    <li class="step" data-status={step.status}>
      <span class="step-mark" aria-hidden="true">
        {isPlan ? step.order : symbolOf[step.status]}
      </span>
      <div class="step-body">
        <p class="step-line">
          <span class="step-name">{step.name}</span>{' '}
          <Badge tone={priorityTone[step.priority]}>{step.priority}</Badge>
          {!isPlan && <span class="visually-hidden">{statusWord[step.status]}</span>}
        </p>
        {step.detail && (isPlan || step.substeps.length === 0) && (
          <p class="step-detail" dir="auto">
            {step.detail}
          </p>
        )}
        {step.substeps.length > 0 && (
          <ul class="substeps">
            {step.substeps.map((part) => {
              const status = part.done ? 'completed' : part.running ? 'running' : 'pending';
              return (
                <li data-status={status} key={part.name}>
                  <span aria-hidden="true">{symbolOf[status]}</span> {part.name}
                  <span class="visually-hidden"> {statusWord[status]}</span>
                </li>
              );
            })}
          </ul>
        )}
        {step.note && (
          <p class="step-note" dir="auto">
            {step.note}
          </p>
        )}
      </div>
    </li>
  );
}

/** What was guessed and how it is checked can be opened; what will be made is always seen. */
function Section({ section, isQuiet }: { section: Card['sections'][number]; isQuiet: boolean }) {
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

function Checks({ checks }: { checks: CardCheck[] }) {
  const passed = checks.filter((check) => check.after).length;
  return (
    <details class="card-section" open={passed < checks.length}>
      <summary>
        {passed} of {checks.length} checks passed
      </summary>
      <ul class="checks">
        {checks.map((check, index) => (
          <li data-passed={String(check.after ?? false)} key={index}>
            <Icon name={check.after ? 'circle-check' : 'circle-x'} />
            <span>
              {check.label}
              {check.evidence && <small>{check.evidence}</small>}
              {check.before === false && check.after && (
                <small>Failed before the work, passes after it.</small>
              )}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Actions({ actions, isQuestion }: { actions: Card['actions']; isQuestion: boolean }) {
  const withInput = actions.filter((action) => action.input);
  return (
    <>
      <div class={isQuestion ? 'chips' : 'actions'}>
        {actions.map((action) => {
          if (action.style === 'link') {
            return (
              <a class="button primary" href={action.url} key={action.id}>
                {action.label}
                <Icon name="arrow-right" />
              </a>
            );
          }
          return (
            <button
              class={isQuestion && action.style === 'secondary' ? 'chip' : `button ${action.style}`}
              type="button"
              data-action={action.id}
              data-input={action.input ? '' : undefined}
              key={action.id}
            >
              {action.label}
            </button>
          );
        })}
      </div>
      {withInput.map((action) => (
        <form class="action-form" data-action-form={action.id} hidden key={action.id}>
          <label>
            {action.input?.label}
            <textarea
              name="text"
              rows={2}
              placeholder={action.input?.placeholder}
              maxLength={20000}
            ></textarea>
          </label>
          <button class="button primary" type="submit">
            {action.label}
          </button>
        </form>
      ))}
    </>
  );
}

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
