/** Apps as links, by name. */
import type { AppRow } from '../../db/app.ts';
import { hideSecrets } from '../../secret.ts';
import { Icon } from './icon.tsx';

export function AppList({ apps, kind }: { apps: AppRow[]; kind?: string }) {
  return (
    <ul class={kind}>
      {apps.map((app) => (
        <li key={app.id}>
          <a href={`/apps/${app.slug}`} dir="auto">
            <Icon name="layout-grid" />
            <span>{hideSecrets(app.name)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
