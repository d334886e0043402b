/** From an address to the page behind it. Views come first, then records; nothing else exists. */
import type { Entity, View } from '../../apps/spec.ts';
import { answerDelete, answerMove, answerRestore } from './action.ts';
import { hasPages, homeView, listViewOf } from './address.ts';
import { answerBoard } from './board.tsx';
import { answerDashboard } from './dashboard.tsx';
import { answerEdit, answerNew, saveEdit, saveNew } from './form.tsx';
import { answerExport, answerList } from './list.tsx';
import { missingPage, stillBuilding } from './missing.tsx';
import { answerPick } from './picker.tsx';
import { answerRecord } from './record.tsx';
import type { Context, PageResponse } from './request.ts';
import { answerSearch } from './search.tsx';

/** One page of an app. A POST outside the few addresses that change something finds nothing. */
export function answer(context: Context): Promise<PageResponse> | PageResponse {
  const { method, segments } = context.request;
  return (
    (method === 'POST' ? answerPost(context, segments) : answerGet(context, segments)) ??
    missingPage(context)
  );
}

type Answer = Promise<PageResponse> | PageResponse | undefined;

function answerGet(context: Context, [first, second, third, ...more]: string[]): Answer {
  const { spec } = context.app;
  if (more.length > 0) return undefined;
  if (first === undefined) return answerView(context, homeView(spec));
  if (first === 'search' && second === undefined) return answerSearch(context);
  if (first === 'v' && second !== undefined && third === undefined) {
    return answerView(
      context,
      spec.views.find((view) => view.key === second),
    );
  }
  const entity = spec.entities.find((candidate) => candidate.key === first);
  if (!entity) return undefined;
  if (second === 'pick' && third === undefined) return answerPick(context, entity);
  if (!hasPages(spec, entity.key)) return stillBuilding(context);
  if (second === undefined) return answerView(context, listViewOf(spec, entity.key));
  if (third === undefined) return answerEntity(context, entity, second);
  return third === 'edit' ? answerEdit(context, entity, second) : undefined;
}

function answerEntity(context: Context, entity: Entity, second: string): Answer {
  if (second === 'new') return answerNew(context, entity);
  if (second === 'export.csv') return answerExport(context, entity);
  return answerRecord(context, entity, second);
}

function answerView(context: Context, view: View | undefined): Answer {
  switch (view?.kind) {
    case 'list':
      return answerList(context, view);
    case 'board':
      return answerBoard(context, view);
    case 'dashboard':
      return answerDashboard(context, view);
    default:
      return stillBuilding(context);
  }
}

function answerPost(context: Context, [first, second, third, ...more]: string[]): Answer {
  const { spec } = context.app;
  const entity = spec.entities.find((candidate) => candidate.key === first);
  if (!entity || second === undefined || more.length > 0) return undefined;
  if (!hasPages(spec, entity.key)) return stillBuilding(context);
  if (second === 'new' && third === undefined) return saveNew(context, entity);
  switch (third) {
    case 'edit':
      return saveEdit(context, entity, second);
    case 'move':
      return answerMove(context, entity, second);
    case 'delete':
      return answerDelete(context, entity, second);
    case 'restore':
      return answerRestore(context, entity, second);
    default:
      return undefined;
  }
}
