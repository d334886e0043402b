/**
 * Everything of ours that Teams knows by name. The app's manifest is held to it by a test: what is in
 * one and not in the other is a button that nobody answers.
 */

/** The page of the personal tab. It is shown in a frame of Teams. */
export const tabPath = '/teams/tab';

/** Commands of the message extension. */
export const extension = {
  /** In the menu of a message: "Make this a task". */
  makeTask: 'make_task',
  /** In the search and beside the text field: tasks by their words. */
  searchTasks: 'search_tasks',
  /** The parameter of the search. */
  searchWords: 'words',
} as const;

/** What Teams suggests to write; each is a phrase that is understood as it stands. */
export const commands = [
  { title: 'help', description: 'What you can say' },
  { title: 'list my tasks', description: 'Your tasks, and where each of them is' },
  { title: 'how is my task going?', description: 'How far the newest task is' },
  { title: 'pause', description: 'Stop for now; what is done is kept' },
  { title: 'continue', description: 'Go on where it stopped' },
  { title: 'show logs', description: 'What happened when' },
  { title: 'how accurate are your estimates?', description: 'Estimates beside what it took' },
] as const;

/**
 * Permissions that the owners of a team or chat give when they install the app there: without them
 * only messages that mention it arrive, and answers in its own threads are not heard.
 */
export const roomPermissions = ['ChannelMessage.Read.Group', 'ChatMessage.Read.Chat'] as const;
