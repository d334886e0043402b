/** Icons for things that no domain knows, by the last word of their name. Names are Lucide's. */
const icons = new Map(
  `user users, customer users, client users, member users, person users, student graduation-cap, employee id-card, product package, item package,
  order receipt, invoice receipt, payment credit-card, sale shopping-cart, task square-check, project folder-kanban, event calendar, date calendar,
  appointment calendar-clock, booking calendar-clock, reservation calendar-clock, document file-text, file file, report file-chart-column, note sticky-note,
  message message-circle, comment message-square, review star, rating star, tag tag, category tag, location map-pin, place map-pin, room door-open,
  building building, car car, vehicle truck, truck truck, driver users, machine cog, tool wrench, repair wrench, animal paw-print, pet paw-print, dog paw-print,
  plant sprout, tree trees, book book, author pen-line, song music, film film, movie film, photo image, game gamepad-2, team shield, role shield,
  ship ship, boat ship, plane plane, flight plane, trip map, route route, country globe, city map-pin, company building, supplier truck, department network,
  course book-open, lesson book-open, exam clipboard-check, test clipboard-check, question message-circle, answer check, goal target, budget wallet, expense wallet,
  account landmark, transaction arrow-left-right, contract file-text, policy shield, claim file-text, inspection clipboard-check, log history, device monitor,
  sensor radio, hive hexagon, apiary trees, recipe chef-hat, ingredient carrot, meal utensils, wine wine, beer beer, key key-round, lock lock, gift gift, medal medal`
    .split(',')
    .map((pair) => pair.trim().split(' ') as [string, string]),
);

/** The icon that fits a noun, or a folder. */
export function iconOf(noun: string): string {
  return icons.get(noun.slice(noun.lastIndexOf(' ') + 1)) ?? 'folder';
}
