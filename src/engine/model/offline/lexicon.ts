/** The small words of English that steer the reading; sets of data, no logic. */

const set = (words: string) => new Set(words.split(/\s+/).filter(Boolean));

/** Words that open a noun phrase and are no part of a name. */
export const openers =
  set(`a an the my our your their its his her this that these those each every all any some both
  many several multiple various different one two three more few another other own such following new individual single
  exactly least most only up to numerous certain particular specific given existing basic simple full
  separate corresponding respective zero optional optionally unique uniquely mandatory main whole entire
  possibly also multiple-choice overall general`);

/** Nouns about software and documents: never a thing that an app keeps. */
export const never =
  set(`system systems application applications app apps database databases db schema data information info
  detail details platform software website site tool solution program ui interface page pages
  view views form forms list lists table tables entity entities field fields column columns attribute attributes
  record records row rows feature features function functionality functions requirement requirements description
  overview introduction example examples following way ways time thing things stuff something everything anything
  item-list dashboard dashboards report chart charts management tracking tracker manager crud api backend frontend
  user-interface rest type types kind kinds set sets number numbers amount step steps process operation operations
  purpose need needs use case cases section sections part parts rule rules constraint constraints
  note relationship relationships relation relations design it they them he she we i you us me one ones each which who
  what that this there people's company's business businesses day days week month year text format value values
  history-of addition case order-to place end start beginning fact facts basis order-of name names id ids key keys
  code codes date dates status statuses state kind sort lot lots bit range variety level ability access
  scope background objective objectives assumption assumptions summary conclusion module modules
  search filter filters sorting option options search-function world life job-of being able`);

/** Last words that make a feature out of a thing: "customer list", "stock tracking". */
export const features =
  set(`list lists inventory tracking tracker management manager catalog catalogue database records record
  table tables entity entities collection register registry directory section module screen page view form forms
  overview board boards status statuses pipeline workflow data info information details portal profiles profile
  monitoring handling planning administration system app bookkeeping processing model models relation object class
  file sheet master`);

/** Things whose name ends in a feature word all the same. */
export const wholeNames =
  set(`price-list waiting-list mailing-list shopping-list wish-list to-do-list watch-list guest-list
  user-profile audit-record medical-record attendance-record maintenance-record health-record patient-record
  business-process loan-status order-status employee-record vaccination-record service-record training-record
  product-model car-model data-file tax-form application-form bill-of-material object-class business-object
  data-source data-center web-page landing-page record-label timetable`);

/** Verbs that a name never contains; a phrase with one of them is a clause. */
export const verbs =
  set(`is are was were be been being has have had having do does did can could may might must shall should
  will would want wants need needs like likes let lets make makes made get gets got go goes keep keeps kept know knows
  see sees show shows showing shown use uses used using help helps allow allows allowed enable enables include includes
  including contain contains containing consist consists belong belongs belonging store stores stored storing
  record-as track tracks manage manages managing handle handles create creates created add adds added edit edits delete
  deletes view-as assign assigns assigned link linked linking relate related associate associated connect connected
  identify identified identifies represent represents describe described describes define defined defines
  provide provides provided require requires required register registers registered receive receives send sends
  offer offers offered work works worked run runs live lives attend attends enroll enrolls enrol take takes taken
  teach teaches taught buy buys bought sell sells sold rent rents borrow borrows pay pays paid place-order submit submits
  supervise supervises supervised manage-by write writes written publish publishes published perform performs performed
  participate participates exist exists depend depends wish consider calculate generate generates ensure ensures
  maintain maintains support supports become becomes happen happens begin begins called named denote denotes
  specify specifies specified appear appears hold holds held own owns owned share shares serve serves served
  choose chooses select selects selected determine determines follow follows based considered made done given kept
  associated composed comprised comprises made-up classified categorized organised organized`);

/** Small words that a name never contains. */
export const joints =
  set(`if when whenever while because so than then though although as with without within into onto from
  by via about between among through during until since where who whom whose which what why how not no nor but yet
  at on in per every each i we you they he she it me us them there here also very too just even still already
  after before once upon during because using out off over under up down
  either neither both and or & for to that this these those`);
