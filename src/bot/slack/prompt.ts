/** What the agent pane offers to say, the same as in manifest.json. Slack shows up to 4. */
import { examples } from './home.ts';

const titles = ['Create a CRM', 'Keep track of something', 'How is my task going?'];

export const prompts = titles.map((title, index) => ({
  title,
  message: examples[index] ?? title,
})) as [Prompt, ...Prompt[]];
type Prompt = { title: string; message: string };
