/**
 * Things that turn up in every trade. Read only where the domain at hand does not
 * know the thing; kept lean, because a field nobody wants costs more than one to add.
 */
export const common = `
# Common | app-window 220 |
customers users: name! email phone
clients users: name! email phone
contacts users: name! email phone
leads target: name! email phone source status(New > Contacted > Qualified > Won | Lost)
users users: name! email!^
members users: name! email phone
employees id-card: name! email phone job_title
staff id-card: name! email phone role
teachers user: name! email
students graduation-cap: name! email
patients users: name! date_of_birth phone
doctors stethoscope: name! specialty phone
people users: name! email phone
persons users: name! email phone
guests users: name! email phone
drivers users: name! phone license_number
owners users: name! phone email
agents user: name! email phone
suppliers truck: name! contact_person phone email
vendors truck: name! contact_person phone email
manufacturers factory: name! country
companies building: name! address phone website
organizations building: name! address
departments network: name!
teams users: name!
branches store: name! address phone
stores store: name! address phone
locations map-pin: name! address
addresses map-pin: street city postal_code country
products package: name! description price stock
items package: name! description quantity
parts cog: name! part_number stock price
services sparkles: name! description price
orders receipt: order_date! status(New > Paid > Shipped > Delivered | Cancelled) @customer total_amount
order_items list: @order! @product! quantity! price
line_items list: @product! quantity! price
invoices receipt: number!^ @customer date due_date total status(Draft > Sent > Paid | Overdue)
payments credit-card: amount! date! payment_method
sales shopping-cart: date! @customer @product quantity total
quotes file-text: number^ @customer date total status(Draft > Sent > Accepted | Declined)
projects folder: name! description start_date end_date status(Planned > Active > Done | On hold)
tasks square-check: title! description due_date priority status(To do > In progress > Done)
tickets ticket: subject! description priority status(New > Open > Solved > Closed)
issues circle-alert: title! description status(Open > In progress > Resolved)
appointments calendar-clock: date_time:datetime! @customer reason status(Booked > Done | Cancelled)
rentals hand: @item! @customer! start_date:date! end_date:date! status(Booked > Out > Returned | Cancelled)
bookings calendar-clock: date_time:datetime! @customer status(Booked > Confirmed > Done | Cancelled)
reservations calendar-clock: date_time:datetime! @customer status(Booked > Confirmed > Done | Cancelled)
meetings calendar: title! date_time:datetime! location
events calendar: name! date! location description
visits calendar: date! reason notes
categories tag: name!
genres tag: name!
types tag: name!
tags tag: name!
labels tag: name!
brands tag: name!
statuses tag: name!
skills tag: name!
roles shield: name! description
permissions key-round: name! description
user_roles shield: @user @role
cities map-pin: name!
countries map-pin: name!
regions map-pin: name!
notes sticky-note: title! note:longtext date
comments message-square: comment:longtext! author date
reviews star: rating! review:longtext date
messages message-circle: body! sent_at:datetime
notifications bell: message! sent_at:datetime read
documents file-text: title! type file:url
files file: name! file:url
photos image: caption file:url date
attachments paperclip: name! file:url
books book: title! isbn
authors pen-line: name! biography:longtext
publishers building: name! address
editions book-copy: edition_number @book
copies book-copy: copy_number condition
courses book-open: title! code description
classes calendar: name! schedule
lessons book-open: title! date
exams clipboard-check: title! date
grades award: grade! date
rooms door-open: name! capacity
buildings building: name! address
vehicles car: plate!^ make model year
cars car: make! model! year plate
machines cog: name! serial_number location
devices monitor-smartphone: name! serial_number
warehouses warehouse: name! address
shipments package-check: tracking_number ship_date status(Created > In transit > Delivered)
deliveries truck: delivery_date! address status(Planned > On the way > Delivered)
returns undo-2: date! reason
expenses wallet: title! amount! date!
budgets piggy-bank: name! amount! 
accounts landmark: name! balance
transactions arrow-left-right: date! amount! description
subscriptions repeat: start_date! end_date
plans layers: name! price
memberships id-card: type start_date end_date
loans hand: start_date! due_date returned_on:date
contracts signature: title! start_date end_date
policies shield: policy_number start_date end_date
leave_requests calendar-off: start_date! end_date! reason status(Requested > Approved | Rejected)
shifts clock: date! start_time end_time
schedules calendar: date! start_time end_time
audit_logs history: action! actor occurred_at:datetime detail
logs history: action! date_time:datetime
activities activity: subject! date notes
inspections clipboard-check: date! inspector result notes
repairs wrench: description! date cost status(Received > In progress > Done)
requests inbox: title! description status(New > In progress > Done | Rejected)
applications clipboard-list: applied_on status(Applied > In review > Accepted | Rejected)
jobs briefcase: title! description status(Open > In progress > Done)
pets paw-print: name! species breed
animals paw-print: name! species breed
songs music: title! artist duration
movies film: title! year genre
recipes chef-hat: name! instructions
ingredients carrot: name! unit
questions circle-question-mark: text!
answers check: answer:longtext!
goals target: title! due_date
stock_movements arrow-left-right: quantity! date! type(In, Out)
prescriptions pill: medication! dosage date
treatments syringe: name! date cost
discounts percent: code! discount start_date end_date
carts shopping-cart: created_on:date
seats armchair: number!
flights plane: flight_number! departure_time:datetime arrival_time:datetime
`;
